package dev.skerry.control.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.routing.Cidr;
import dev.skerry.control.process.ControlOptions;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A control plane with the sites shop and blog, and clients of other systems. */
final class CallScene implements AutoCloseable {
    static final String JSON = "Content-Type: application/json";

    private final ControlPlane plane;
    private final String admin;

    CallScene(Path folder, String... purgeFrom) throws IOException {
        ManualClock clock = new ManualClock();
        ControlOptions options =
                new ControlOptions(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null,
                        folder,
                        null,
                        null,
                        List.of(purgeFrom).stream().map(Cidr::of).toList());
        plane = ControlPlane.start(options, clock, clock);
        admin = Files.readString(folder.resolve("admin.token")).strip();
        apply("shop", "[shop.example, www.shop.example]");
        apply("blog", "[\"*.blog.example\"]");
    }

    private void apply(String site, String hosts) throws IOException {
        String document =
                "site: %s\nhosts: %s\norigins: [{url: \"http://o.example\"}]\n"
                        .formatted(site, hosts);
        RawResponse response =
                send("PUT", "/v1/sites/" + site, document, bearer(), "Content-Type: text/yaml");
        assertTrue(response.status() < 300, response.text());
    }

    String token() {
        return admin;
    }

    String bearer() {
        return "Authorization: Bearer " + admin;
    }

    String fastlyKey() {
        return "Fastly-Key: " + admin;
    }

    /** The secret of a token that may purge one site. */
    String tokenFor(String site) throws IOException {
        return tokenFor(site, 100);
    }

    /** The same, so many times a second, and ten times as often at once. */
    String tokenFor(String site, int rate) throws IOException {
        String wanted =
                "{\"name\":\"%s-cms\",\"verbs\":[\"purge\"],\"sites\":[\"%s\"],\"rate\":%d}"
                        .formatted(site, site, rate);
        return json(send("POST", "/v1/tokens", wanted, bearer(), JSON)).path("token").asText();
    }

    RawResponse send(String method, String target, String body, String... lines)
            throws IOException {
        try (RawClient client = RawClient.connect(plane.address())) {
            return body.isEmpty()
                    ? client.request(method, target, lines).readResponse()
                    : client.requestWithBody(method, target, body, lines).readResponse();
        }
    }

    RawClient connect() throws IOException {
        return RawClient.connect(plane.address());
    }

    /** The last line of the audit trail: who, what, site, outcome and detail. */
    String last() throws IOException {
        JsonNode entries = json(send("GET", "/v1/audit?limit=1000", "", bearer())).path("entries");
        JsonNode last = entries.path(entries.size() - 1);
        return "%s | %s | %s | %s | %s"
                .formatted(
                        last.path("who").asText(),
                        last.path("what").asText(),
                        last.path("site").asText(),
                        last.path("outcome").asText(),
                        last.path("detail").asText());
    }

    /** Asserts that the last purge was of so many, the first of them this. */
    void assertPurged(String site, String mode, int count, String scope, String value)
            throws IOException {
        String line = last();
        String detail =
                "%s purge of %d, the first PurgeTarget[scope=%s, value=%s]"
                        .formatted(mode, count, scope, value);
        assertEquals(
                site + " | done | " + detail,
                line.substring(line.indexOf(" | ", line.indexOf(" | ") + 3) + 3));
    }

    /** Asserts that the id of an answer finds a receipt of the site. */
    void assertReceipt(String id, String site) throws IOException {
        RawResponse receipt = send("GET", "/v1/purges/" + id, "", bearer());
        assertEquals(200, receipt.status(), id);
        assertEquals(site, json(receipt).path("site").asText());
    }

    static JsonNode json(RawResponse response) throws IOException {
        return JsonMapper.builder().build().readTree(response.text());
    }

    @Override
    public void close() {
        plane.close();
    }
}
