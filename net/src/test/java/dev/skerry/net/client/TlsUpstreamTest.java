package dev.skerry.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.net.client.ClientFailure.Kind;
import dev.skerry.net.client.HttpClient.Timeouts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsUpstreamTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir static Path directory;
    private static SSLContext serverTls;
    private static Path bundle;

    @BeforeAll
    static void certify() throws Exception {
        Path store = directory.resolve("key.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "origin",
                                "-dname",
                                "CN=ignored",
                                "-ext",
                                "san=dns:origin.example,dns:plainname,ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "changeit",
                                "-keystore",
                                store.toString())
                        .inheritIO()
                        .start();
        assertTrue(keytool.waitFor(30, TimeUnit.SECONDS), "keytool hangs");
        assertEquals(0, keytool.exitValue());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        serverTls = SSLContext.getInstance("TLS");
        serverTls.init(managers.getKeyManagers(), null, null);
        bundle = directory.resolve("ca.pem");
        Files.writeString(
                bundle,
                "a comment\n-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("origin").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    private static WatchedHttpClient trusting() throws IOException {
        return WatchedHttpClient.create(ClientOptions.defaults().withExtraCa(List.of(bundle)));
    }

    private static ScriptedPeer secure(ScriptedPeer.Script... scripts) throws IOException {
        SSLServerSocket server =
                (SSLServerSocket)
                        serverTls
                                .getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return new ScriptedPeer(server, scripts);
    }

    @Test
    void namesAreSentAndVerifiedWhereverTheAddressLeads() throws Exception {
        AtomicReference<String> asked = new AtomicReference<>("");
        try (WatchedHttpClient client = trusting();
                ScriptedPeer peer =
                        secure(line -> {
                            while (!line.head().isEmpty()) {
                                ExtendedSSLSession session =
                                        (ExtendedSSLSession)
                                                ((SSLSocket) line.socket()).getSession();
                                asked.set(session.getRequestedServerNames().toString());
                                line.ok("secret");
                            }
                        })) {
            for (String name : List.of("origin.example", "ORIGIN.example", "plainname")) {
                assertEquals("secret", Requests.to(peer).secure(name).exchange(client));
                assertTrue(asked.get().contains(name.toLowerCase(java.util.Locale.ROOT)));
            }
            assertEquals("secret", Requests.to(peer).secure("127.0.0.1").exchange(client));
            assertEquals("[]", asked.get());
            // The two spellings are one destination; each of the others has its own connection.
            assertEquals(3, peer.connections());
            assertEquals(1, client.stats().reused());
        }
    }

    @Test
    void aCertificateOfAnotherNameOrIssuerIsRefused() throws Exception {
        try (WatchedHttpClient client = trusting();
                WatchedHttpClient stranger = WatchedHttpClient.create(ClientOptions.defaults());
                ScriptedPeer peer =
                        secure(line -> {
                            try {
                                line.head();
                            } catch (IOException refused) {
                                // What the test is about.
                            }
                        })) {
            ClientFailure otherName =
                    assertThrows(
                            ClientFailure.class,
                            () -> client.send(Requests.to(peer).secure("other.example").build()));
            assertEquals(Kind.TLS, otherName.kind());
            assertEquals(false, otherName.requestSent());
            ClientFailure otherIssuer =
                    assertThrows(
                            ClientFailure.class,
                            () ->
                                    stranger.send(
                                            Requests.to(peer).secure("origin.example").build()));
            assertEquals(Kind.TLS, otherIssuer.kind());
            assertEquals(0, client.stats().open() + stranger.stats().open());
        }
    }

    @Test
    void aPeerThatSpeaksNoTlsIsATlsFailure() throws Exception {
        try (WatchedHttpClient client = trusting();
                ScriptedPeer peer =
                        ScriptedPeer.of(line -> line.send("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            ClientFailure failure =
                    assertThrows(
                            ClientFailure.class,
                            () -> client.send(Requests.to(peer).secure("origin.example").build()));
            assertEquals(Kind.TLS, failure.kind());
        }
    }

    @Test
    void theHandshakeIsPartOfConnecting() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (WatchedHttpClient client = trusting();
                ScriptedPeer silent = ScriptedPeer.of(line -> over.await())) {
            Timeouts limits =
                    new Timeouts(
                            Duration.ofMillis(150), Duration.ZERO, Duration.ZERO, Duration.ZERO);
            ClientFailure failure =
                    assertThrows(
                            ClientFailure.class,
                            () ->
                                    client.send(
                                            Requests.to(silent)
                                                    .secure("origin.example")
                                                    .timeouts(limits)
                                                    .build()));
            assertEquals(Kind.CONNECT_TIMEOUT, failure.kind());
            over.countDown();
        }
    }

    @Test
    void connectionsAreReusedAcrossSessionTicketsAndLargeBodies() throws Exception {
        String body = "0123456789abcdef".repeat(10_000);
        try (WatchedHttpClient client = trusting();
                ScriptedPeer peer =
                        secure(line -> {
                            while (!line.head().isEmpty()) {
                                line.ok(body);
                            }
                        })) {
            for (int i = 0; i < 5; i++) {
                assertEquals(body, Requests.to(peer).secure("origin.example").exchange(client));
            }
            assertEquals(1, peer.connections());
        }
    }

    @Test
    void surplusInsideTlsNeverAnswersTheNextRequest() throws Exception {
        CountDownLatch served = new CountDownLatch(1);
        CountDownLatch poisoned = new CountDownLatch(1);
        try (WatchedHttpClient client = trusting();
                ScriptedPeer peer =
                        secure(
                                line -> {
                                    line.head();
                                    line.ok("real");
                                    served.await();
                                    line.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!");
                                    poisoned.countDown();
                                    line.closed();
                                },
                                line -> {
                                    line.head();
                                    line.ok("clean");
                                })) {
            assertEquals("real", Requests.to(peer).secure("origin.example").exchange(client));
            served.countDown();
            assertTrue(poisoned.await(5, TimeUnit.SECONDS));
            assertEquals("clean", Requests.to(peer).secure("origin.example").exchange(client));
            assertEquals(0, client.stats().reused());
        }
    }

    @Test
    void aBodyThatRunsToTheCloseNeedsACloseNotify() throws Exception {
        String response = "HTTP/1.1 200 OK\r\n\r\nall of it";
        try (WatchedHttpClient client = trusting();
                ScriptedPeer polite =
                        secure(line -> {
                            line.head();
                            line.send(response);
                        })) {
            assertEquals("all of it", Requests.to(polite).secure("plainname").exchange(client));
            try (ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                    ScriptedPeer cutting =
                            new ScriptedPeer(
                                    tcp,
                                    line -> {
                                        SSLSocket layered =
                                                (SSLSocket)
                                                        serverTls
                                                                .getSocketFactory()
                                                                .createSocket(
                                                                        line.socket(), null, true);
                                        layered.setUseClientMode(false);
                                        ScriptedPeer.Line inside = new ScriptedPeer.Line(layered);
                                        inside.head();
                                        inside.send(response);
                                        Socket below = line.socket();
                                        below.shutdownOutput();
                                        below.getInputStream().readAllBytes();
                                    })) {
                IOException cut =
                        assertThrows(
                                IOException.class,
                                () -> Requests.to(cutting).secure("plainname").exchange(client));
                ClientFailure failure = assertInstanceOf(ClientFailure.class, cut.getCause());
                assertEquals(Kind.RESET, failure.kind());
            }
        }
    }

    @Test
    void unreadableBundlesAreNamed() throws Exception {
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        for (Path bad : List.of(missing, empty)) {
            IOException refused =
                    assertThrows(
                            IOException.class,
                            () ->
                                    WatchedHttpClient.create(
                                            ClientOptions.defaults().withExtraCa(List.of(bad))));
            assertTrue(String.valueOf(refused.getMessage()).contains(bad.toString()));
        }
    }
}
