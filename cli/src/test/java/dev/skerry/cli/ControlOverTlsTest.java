package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.control.process.ControlOptions;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Off loopback the control plane's API is there over TLS, whatever name it is called by. */
@Timeout(60)
final class ControlOverTlsTest {
    @TempDir private Path folder;

    @Test
    void withACertificateTheApiMayListenOnEveryAddress() throws Exception {
        PemFiles pem = PemFiles.make(folder, "control.example");
        ControlOptions options =
                new ControlOptions(
                        new InetSocketAddress(0),
                        new ControlOptions.Pem(pem.certificate(), pem.key()),
                        folder.resolve("data"),
                        null);
        try (ControlPlane plane =
                        ControlPlane.start(
                                options, TimeSource.system()::nanoTime, InstantSource.system());
                RawClient client =
                        RawClient.connectTls(
                                plane.address().getPort(), trusting(pem), "control.example")) {
            String token = Files.readString(folder.resolve("data/admin.token")).strip();
            String[] lines = {"Host: control.example", "Authorization: Bearer " + token};
            assertEquals(200, client.get("/v1/status", lines).status());
            assertEquals(401, client.get("/v1/status", "Host: control.example").status());
        }
    }

    @Test
    void theRouterSendsClientsOnOverTls() throws Exception {
        PemFiles pem = PemFiles.make(folder, "www.shop.example");
        Path routing = Files.writeString(folder.resolve("r.yaml"), "no-edge: origin\n");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ControlOptions options =
                new ControlOptions(
                        any,
                        null,
                        folder.resolve("data"),
                        new ControlOptions.RouterOptions(
                                null,
                                any,
                                new ControlOptions.Pem(pem.certificate(), pem.key()),
                                routing,
                                null));
        try (ControlPlane plane =
                ControlPlane.start(
                        options, TimeSource.system()::nanoTime, InstantSource.system())) {
            String token = Files.readString(folder.resolve("data/admin.token")).strip();
            String site =
                    """
                    site: shop
                    hosts: [www.shop.example]
                    origins:
                      - url: https://origin.example
                    """;
            try (RawClient api = RawClient.connect(plane.address())) {
                String[] lines = {
                    "Authorization: Bearer " + token, "Content-Type: application/yaml"
                };
                RawResponse applied =
                        api.requestWithBody("PUT", "/v1/sites/shop", site, lines).readResponse();
                assertEquals(2, applied.status() / 100, applied.text());
            }
            InetSocketAddress router = Objects.requireNonNull(plane.routerAddress());
            try (RawClient client =
                    RawClient.connectTls(router.getPort(), trusting(pem), "www.shop.example")) {
                Await.until(
                        "the router knows the site",
                        () -> client.get("/a?b", "Host: www.shop.example").status() == 302);
                RawResponse response =
                        client.request("POST", "/a?b", "Host: www.shop.example:8443")
                                .readResponse();
                assertEquals(307, response.status());
                assertEquals("https://origin.example/a?b", response.field("Location"));
                assertEquals(404, client.get("/a", "Host: other.example").status());
            }
        }
    }

    private static SSLContext trusting(PemFiles pem) throws Exception {
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        try (var in = Files.newInputStream(pem.certificate())) {
            known.setCertificateEntry(
                    "a", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
