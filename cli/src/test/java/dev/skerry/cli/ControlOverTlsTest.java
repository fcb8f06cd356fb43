package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.control.process.ControlOptions;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.testkit.RawClient;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
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
