package dev.skerry.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdminPortTest {
    private static final String JSON = "Content-Type: application/json";
    private static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress("0.0.0.0", 0);
    private static final String TOKEN = "0123456789abcdef";

    @TempDir Path directory;
    private final Readiness readiness = new Readiness(List.of("configured", "ledger"));

    /** Says what it was asked; its bodies have at most ten bytes. */
    private static final class Echo implements AdminEndpoint {
        @Override
        public boolean owns(String path) {
            return path.startsWith("/v1/");
        }

        @Override
        public int mostBodyBytes() {
            return 10;
        }

        @Override
        public AdminAnswer answer(AdminRequest request) {
            if (request.path().equals("/v1/broken")) {
                throw new IllegalStateException("broken by the test");
            }
            String said =
                    request.method()
                            + " "
                            + request.path()
                            + " "
                            + request.query()
                            + " "
                            + new String(request.body(), StandardCharsets.UTF_8);
            return AdminAnswer.of(200, "text/plain", said);
        }
    }

    @Test
    void metricsAndHealthAreOpen() throws Exception {
        try (AdminPort port = start(LOOPBACK, null);
                RawClient client = RawClient.connect(port.address())) {
            RawResponse metrics = client.get("/metrics");
            assertEquals(200, metrics.status());
            assertEquals("skerry_up 1\n", metrics.text());
            assertEquals("text/plain; version=0.0.4; charset=utf-8", metrics.field("Content-Type"));
            assertEquals("no-store", metrics.field("Cache-Control"));
            assertEquals(200, client.get("/healthz").status());
            RawResponse head = client.request("HEAD", "/metrics").readResponseToHead();
            assertEquals("12", head.field("Content-Length"));
            RawResponse post =
                    client.requestWithBody("POST", "/metrics", "{}", JSON).readResponse();
            assertEquals(405, post.status());
            assertEquals("GET, HEAD", post.field("Allow"));
        }
    }

    @Test
    void readyOnceEverythingCameAndUntilDraining() throws Exception {
        try (AdminPort port = start(LOOPBACK, null);
                RawClient client = RawClient.connect(port.address())) {
            RawResponse early = client.get("/readyz");
            assertEquals(503, early.status());
            assertEquals(
                    "{\"ready\":false,\"reasons\":[\"configured\",\"ledger\"]}\n", early.text());
            readiness.came("configured");
            readiness.came("ledger");
            RawResponse ready = client.get("/readyz");
            assertEquals(200, ready.status());
            assertEquals("{\"ready\":true,\"reasons\":[]}\n", ready.text());
            readiness.drain();
            RawResponse draining = client.get("/readyz");
            assertEquals(503, draining.status());
            assertEquals("{\"ready\":false,\"reasons\":[\"draining\"]}\n", draining.text());
            assertEquals(200, client.get("/healthz").status());
        }
    }

    @Test
    void endpointsGetWhatTheyOwn() throws Exception {
        try (AdminPort port = start(LOOPBACK, null);
                RawClient client = RawClient.connect(port.address())) {
            RawResponse answer =
                    client.requestWithBody("POST", "/v1/x?wait=1s", "{}", JSON).readResponse();
            assertEquals("POST /v1/x wait=1s {}", answer.text());
            assertEquals("GET /v1/x null ", client.get("/v1/x").text());
            assertEquals(404, client.get("/v2/x").status());
            assertEquals(404, client.get("/").status());
            assertEquals(500, client.get("/v1/broken").status());
            assertEquals(200, client.get("/healthz").status());
        }
    }

    @Test
    void bodiesAreBoundedBeforeTheyAreRead() throws Exception {
        try (AdminPort port = start(LOOPBACK, null)) {
            assertEquals(200, post(port, "0123456789").status());
            assertEquals(413, post(port, "0123456789a").status());
            try (RawClient client = RawClient.connect(port.address())) {
                client.request(
                        "POST", "/v1/x", JSON, "Content-Length: 99999999", "Expect: 100-continue");
                assertEquals(413, client.readHead().status(), "no 100 for a body that is refused");
            }
            try (RawClient client = RawClient.connect(port.address())) {
                client.request("POST", "/v1/x", JSON, "Transfer-Encoding: chunked");
                client.send("b\r\n0123456789a\r\n0\r\n\r\n");
                assertEquals(413, client.readResponse().status());
            }
        }
    }

    @Test
    void aPageInABrowserCannotUseTheLoopbackPort() throws Exception {
        try (AdminPort port = start(LOOPBACK, null);
                RawClient client = RawClient.connect(port.address())) {
            for (String host :
                    List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil")) {
                assertEquals(421, client.get("/metrics", "Host: " + host).status(), host);
            }
            for (String host : List.of("127.0.0.1:1", "[::1]:9081", "LOCALHOST")) {
                assertEquals(200, client.get("/metrics", "Host: " + host).status(), host);
            }
            for (String type : List.of("text/plain", "application/jsonx", "multipart/form-data")) {
                assertEquals(
                        415,
                        client.requestWithBody("POST", "/v1/x", "{}", "Content-Type: " + type)
                                .readResponse()
                                .status(),
                        type);
            }
            assertEquals(
                    200,
                    client.requestWithBody("POST", "/v1/x", "{}", JSON + "; charset=utf-8")
                            .readResponse()
                            .status());
        }
    }

    @Test
    void offLoopbackATokenIsNeeded() throws Exception {
        IOException refused = assertThrows(IOException.class, () -> start(ANYWHERE, null));
        assertTrue(refused.toString().contains("loopback"), refused.toString());
        Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        try (AdminPort port = start(ANYWHERE, file);
                RawClient client = RawClient.connect(port.address().getPort())) {
            assertEquals(200, client.get("/metrics", "Host: edge-1.example").status());
            RawResponse without = client.get("/v1/x");
            assertEquals(401, without.status());
            assertEquals("Bearer realm=\"skerry\"", without.field("WWW-Authenticate"));
            for (String wrong : List.of("Bearer x", "Bearer " + TOKEN + "0", "Basic " + TOKEN)) {
                assertEquals(401, client.get("/v1/x", "Authorization: " + wrong).status(), wrong);
            }
            assertEquals(200, client.get("/v1/x", "Authorization: bearer " + TOKEN).status());
        }
    }

    @Test
    void aTokenFileHoldsOneLongEnoughWord() throws Exception {
        Path file = directory.resolve("token");
        for (String text :
                List.of("", "0123456789abcde", "x".repeat(1025), "two words in one file")) {
            Files.writeString(file, text);
            assertThrows(IOException.class, () -> AdminAccess.at(LOOPBACK, file), text);
        }
        Files.writeString(file, "x".repeat(1024));
        AdminAccess.at(LOOPBACK, file);
        assertThrows(
                IOException.class, () -> AdminAccess.at(LOOPBACK, directory.resolve("absent")));
    }

    @Test
    void aPortInUseIsSaidSo() throws Exception {
        try (AdminPort port = start(LOOPBACK, null)) {
            IOException refused =
                    assertThrows(IOException.class, () -> start(port.address(), null));
            assertTrue(
                    refused.toString().contains(":" + port.address().getPort()),
                    refused.toString());
        }
    }

    private static RawResponse post(AdminPort port, String body) throws IOException {
        try (RawClient client = RawClient.connect(port.address())) {
            return client.requestWithBody("POST", "/v1/x", body, JSON).readResponse();
        }
    }

    private AdminPort start(InetSocketAddress address, @Nullable Path tokenFile)
            throws IOException {
        return AdminPort.start(
                address, tokenFile, () -> "skerry_up 1\n", readiness, List.of(new Echo()));
    }
}
