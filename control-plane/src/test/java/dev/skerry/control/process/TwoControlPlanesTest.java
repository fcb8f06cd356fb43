package dev.skerry.control.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.control.store.etcd.EtcdOptions;
import dev.skerry.control.store.etcd.EtcdServers;
import dev.skerry.control.store.etcd.OneEtcd;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two control planes on one etcd, over their API. */
@Tag("slow")
final class TwoControlPlanesTest {
    private static final String JSON = "Content-Type: application/json";

    @TempDir Path folder;

    @BeforeAll
    static void etcdIsThere() {
        EtcdServers.assumeThere();
    }

    @Test
    void tokensSitesAndPurgesOfOneAreTheOthersToo() throws Exception {
        EtcdOptions etcd = OneEtcd.servers().fresh();
        try (ControlPlane one = start("one", etcd);
                ControlPlane two = start("two", etcd)) {
            assertTrue(Files.exists(folder.resolve("one/admin.token")));
            assertTrue(Files.notExists(folder.resolve("two/admin.token")), "only the first's");
            String admin = bearer(Files.readString(folder.resolve("one/admin.token")).strip());
            Await.until("it is known", () -> call(two, "GET", "/v1/sites", "", admin) == 200);

            String site = "site: shop\nhosts: [a.example]\norigins:\n  - url: http://o.example\n";
            String yaml = "Content-Type: application/yaml";
            assertEquals(201, call(one, "PUT", "/v1/sites/shop", site, admin, yaml));
            assertEquals(200, call(two, "GET", "/v1/sites/shop", "", admin));

            RawResponse made =
                    answer(
                            one,
                            "POST",
                            "/v1/tokens",
                            "{\"name\":\"cms\",\"verbs\":[\"purge\",\"read\"]}",
                            admin,
                            JSON);
            assertEquals(201, made.status());
            String cms =
                    bearer(
                            JsonMapper.builder()
                                    .build()
                                    .readTree(made.text())
                                    .path("token")
                                    .asText());
            Await.until("it works there", () -> call(two, "GET", "/v1/sites", "", cms) == 200);

            String purges = "/v1/sites/shop/purges";
            RawResponse purged = answer(two, "POST", purges, "{\"tags\":[\"t\"]}", cms, JSON);
            assertEquals(200, purged.status());
            String id = JsonMapper.builder().build().readTree(purged.text()).path("id").asText();
            assertEquals(200, call(one, "GET", "/v1/purges/" + id, "", cms));
            assertEquals(404, call(one, "GET", "/v1/purges/p-" + "0".repeat(24), "", cms));

            assertEquals(204, call(two, "DELETE", "/v1/tokens/cms", "", admin));
            Await.until("it has ended", () -> call(one, "GET", "/v1/sites", "", cms) == 401);
        }
        try (ControlPlane again = start("one", etcd)) {
            String admin = bearer(Files.readString(folder.resolve("one/admin.token")).strip());
            assertEquals(200, call(again, "GET", "/v1/sites/shop", "", admin));
        }
    }

    private ControlPlane start(String name, EtcdOptions etcd) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControlOptions options =
                new ControlOptions(any, null, folder.resolve(name), etcd, null, List.of());
        return ControlPlane.start(options, System::nanoTime, InstantSource.system());
    }

    private static String bearer(String secret) {
        return "Authorization: Bearer " + secret;
    }

    private static int call(
            ControlPlane plane, String method, String target, String body, String... lines)
            throws IOException {
        return answer(plane, method, target, body, lines).status();
    }

    private static RawResponse answer(
            ControlPlane plane, String method, String target, String body, String... lines)
            throws IOException {
        try (RawClient client = RawClient.connect(plane.address())) {
            return body.isEmpty()
                    ? client.request(method, target, lines).readResponse()
                    : client.requestWithBody(method, target, body, lines).readResponse();
        }
    }
}
