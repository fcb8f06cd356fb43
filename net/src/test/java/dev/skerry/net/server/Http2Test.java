package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.tls.Certificates;
import dev.skerry.net.tls.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 with and without TLS, and HTTP/1.1 over TLS, by the JDK's client. */
@Tag("slow")
final class Http2Test {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final FileChannel file;
    private final byte[] large = new byte[3 << 20];
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    Http2Test(@TempDir Path folder) throws IOException {
        this.folder = folder;
        file =
                FileChannel.open(
                        folder.resolve("body"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
    }

    @BeforeEach
    void fillBody() throws IOException {
        new Random(5).nextBytes(large);
        file.write(ByteBuffer.wrap(large));
    }

    @AfterEach
    void closeFile() throws IOException {
        file.close();
    }

    @ParameterizedTest
    @CsvSource({"HTTP_2, false", "HTTP_2, true", "HTTP_1_1, false", "HTTP_1_1, true"})
    void everyKindOfBodyArrivesOverEveryProtocol(HttpClient.Version version, boolean tls)
            throws Exception {
        try (Setup setup = setup(version, tls, this::serve)) {
            for (int round = 0; round < 2; round++) {
                assertArrayEquals(large, setup.get("/stored").body());
                assertArrayEquals(large, setup.get("/known").body());
                assertArrayEquals(large, setup.get("/unknown").body());
                assertArrayEquals(large, setup.get("/file").body());
                assertEquals(0, setup.get("/empty").body().length);
                HttpResponse<byte[]> small = setup.get("/echo?x=|");
                assertEquals(version, small.version());
                assertEquals("GET /echo?x=%7C", new String(small.body(), StandardCharsets.UTF_8));
                assertEquals("caf\u00e9", small.headers().firstValue("x-name").orElse(""));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void uploadsArriveWhole(boolean tls) throws Exception {
        try (Setup setup = setup(HttpClient.Version.HTTP_2, tls, this::serve)) {
            setup.get("/empty");
            HttpRequest upload =
                    setup.request("/upload")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(large))
                            .build();
            HttpResponse<byte[]> answer =
                    setup.client.send(upload, HttpResponse.BodyHandlers.ofByteArray());
            assertArrayEquals(large, answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyStreamsShareAConnection(boolean tls) throws Exception {
        try (Setup setup = setup(HttpClient.Version.HTTP_2, tls, this::serve)) {
            setup.get("/empty");
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(
                        setup.client.sendAsync(
                                setup.request(i % 2 == 0 ? "/stored" : "/unknown").build(),
                                HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> one : all) {
                assertArrayEquals(large, one.get(20, TimeUnit.SECONDS).body());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failingBodyResetsTheStreamOnly(boolean tls) throws Exception {
        try (Setup setup = setup(HttpClient.Version.HTTP_2, tls, this::serve)) {
            setup.get("/empty");
            assertThrows(IOException.class, () -> setup.get("/broken"));
            assertEquals("/broken 200 false", endOf("/broken"));
            assertThrows(IOException.class, () -> setup.get("/abort"));
            assertEquals("/abort 0 false", endOf("/abort"));
            assertEquals(0, setup.get("/empty").body().length);
        }
    }

    private String endOf(String target) throws InterruptedException {
        String end = "";
        while (!end.startsWith(target)) {
            String next = ends.poll(5, TimeUnit.SECONDS);
            if (next == null) {
                return target + " did not end";
            }
            end = next;
        }
        return end;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%00", "/a/%2e%2e/b", "/a%2F..%2Fb"})
    void doubtfulTargetIsRefused(String target) throws Exception {
        try (Setup setup = setup(HttpClient.Version.HTTP_2, true, this::serve)) {
            assertEquals(400, setup.get(target).statusCode());
            assertEquals(200, setup.get("/empty").statusCode());
        }
    }

    @Test
    void headIsAnsweredWithTheLength() throws Exception {
        try (Setup setup = setup(HttpClient.Version.HTTP_2, true, this::serve)) {
            HttpResponse<byte[]> answer =
                    setup.client.send(
                            setup.request("/stored").HEAD().build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(0, answer.body().length);
            assertEquals(
                    Integer.toString(large.length),
                    answer.headers().firstValue("content-length").orElse(""));
        }
    }

    @Test
    void drainLetsStreamsEnd() throws Exception {
        BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
        try (Setup setup =
                setup(
                        HttpClient.Version.HTTP_2,
                        true,
                        exchange -> {
                            if (exchange.request().target().equals("/held")) {
                                held.add(exchange);
                            } else {
                                serve(exchange);
                            }
                        })) {
            setup.get("/empty");
            CompletableFuture<HttpResponse<byte[]>> waiting =
                    setup.client.sendAsync(
                            setup.request("/held").build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            Exchange inFlight = held.poll(5, TimeUnit.SECONDS);
            assertTrue(inFlight != null, "no request arrived");
            CompletableFuture<Boolean> drained =
                    CompletableFuture.supplyAsync(() -> drain(setup.server));
            inFlight.send(new ResponseHead(200, FieldList.EMPTY), TestServer.body("last"));
            assertEquals(200, waiting.get(5, TimeUnit.SECONDS).statusCode());
            assertTrue(drained.get(10, TimeUnit.SECONDS), "something was cut");
        }
    }

    private static boolean drain(HttpServer server) {
        try {
            return server.drain(PATIENCE);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void reloadedCertificateIsUsedByTheNextHandshake() throws Exception {
        Certificates first = Certificates.make(folder, "first", "EC");
        Certificates second = Certificates.make(folder, "second", "RSA");
        TlsIdentity identity = TlsIdentity.load(first.certificate(), first.key());
        try (HttpServer server =
                HttpServer.start(ServerOptions.tls(TestServer.anyPort(), identity), this::serve)) {
            assertEquals(first.issuer(), presented(server, first.issuer()));
            Files.copy(
                    second.certificate(), first.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(second.key(), first.key(), StandardCopyOption.REPLACE_EXISTING);
            identity.reload();
            assertEquals(second.issuer(), presented(server, second.issuer()));
        }
    }

    private static Certificate presented(HttpServer server, Certificate trusted) throws Exception {
        try (SSLSocket socket =
                (SSLSocket)
                        trusting(trusted)
                                .getSocketFactory()
                                .createSocket("127.0.0.1", server.tlsAddress().getPort())) {
            socket.setSoTimeout(5000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private void serve(Exchange exchange) {
        String asked = exchange.request().target();
        exchange.onEnd((status, bytes, whole) -> ends.add(asked + " " + status + " " + whole));
        ResponseHead head = new ResponseHead(200, FieldList.of("X-Name", "caf\u00e9"));
        String target = exchange.request().target();
        switch (target) {
            case "/stored" ->
                    exchange.sendStored(
                            200,
                            ByteBuffer.wrap("X-A: b\r\n".getBytes(StandardCharsets.US_ASCII)),
                            "Age: 1\r\n",
                            ByteBuffer.wrap(large),
                            () -> {});
            case "/known" -> exchange.send(head, growing(large.length));
            case "/unknown" -> exchange.send(head, growing(-1));
            case "/file" -> exchange.send(head, new FileBody(file, 0, large.length, 1 << 20));
            case "/empty" -> exchange.send(head, null);
            case "/broken" -> {
                ScriptedBody body = new ScriptedBody(-1);
                exchange.send(head, body);
                body.append("abc");
                body.fail();
            }
            case "/abort" -> exchange.abort();
            case "/upload" -> exchange.dispatch(() -> sendBack(exchange));
            default ->
                    exchange.send(
                            head, TestServer.body(exchange.request().method() + " " + target));
        }
    }

    private static void sendBack(Exchange exchange) {
        try (InputStream in = exchange.requestBody()) {
            exchange.send(
                    new ResponseHead(200, FieldList.EMPTY),
                    new BufferSource(ByteBuffer.wrap(in.readAllBytes()), () -> {}));
        } catch (IOException e) {
            exchange.abort();
        }
    }

    private ScriptedBody growing(int length) {
        ScriptedBody body = new ScriptedBody(length);
        Thread.ofVirtual()
                .start(() -> {
                    for (int at = 0; at < large.length; at += 100_000) {
                        int size = Math.min(100_000, large.length - at);
                        body.append(ByteBuffer.wrap(large, at, size).slice());
                    }
                    body.finish();
                });
        return body;
    }

    private Setup setup(HttpClient.Version version, boolean tls, ExchangeHandler handler)
            throws Exception {
        Certificates made = Certificates.make(folder, "server", "EC");
        TlsIdentity identity = TlsIdentity.load(made.certificate(), made.key());
        HttpServer server =
                HttpServer.start(
                        ServerOptions.plain(TestServer.anyPort())
                                .withTls(TestServer.anyPort(), identity)
                                .withIoThreads(2),
                        handler);
        HttpClient client =
                HttpClient.newBuilder()
                        .version(version)
                        .sslContext(trusting(made.issuer()))
                        .connectTimeout(PATIENCE)
                        .build();
        int port = tls ? server.tlsAddress().getPort() : server.address().getPort();
        return new Setup(server, client, (tls ? "https" : "http") + "://127.0.0.1:" + port);
    }

    private static SSLContext trusting(Certificate certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private record Setup(HttpServer server, HttpClient client, String base)
            implements AutoCloseable {
        HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(base + path.replace("|", "%7C")))
                    .timeout(PATIENCE);
        }

        HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
            return client.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray());
        }

        @Override
        public void close() {
            client.shutdownNow();
            server.close();
        }
    }
}
