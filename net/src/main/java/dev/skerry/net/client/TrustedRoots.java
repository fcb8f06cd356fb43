package dev.skerry.net.client;

import dev.skerry.net.tls.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed: the JDK's store, and PEM bundles beside it. */
public final class TrustedRoots {
    private TrustedRoots() {}

    /**
     * A TLS context.
     *
     * @throws IOException when a bundle cannot be read or holds no certificate; the message names
     *     it
     */
    public static SSLContext context(List<Path> bundles) throws IOException {
        return context(bundles, null);
    }

    /**
     * A TLS context.
     *
     * @param identity what it shows to servers that ask; null for nothing
     * @throws IOException when a bundle cannot be read or holds no certificate; the message names
     *     it
     */
    public static SSLContext context(List<Path> bundles, @Nullable TlsIdentity identity)
            throws IOException {
        KeyManager[] keys = identity == null ? null : new KeyManager[] {identity.keys()};
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, bundles.isEmpty() ? null : trust(bundles), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("TLS cannot be set up: " + unusable.getMessage(), unusable);
        }
    }

    private static TrustManager[] trust(List<Path> bundles)
            throws GeneralSecurityException, IOException {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        int number = 0;
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager jdk) {
                for (X509Certificate root : jdk.getAcceptedIssuers()) {
                    roots.setCertificateEntry("jdk-" + number++, root);
                }
            }
        }
        for (Path bundle : bundles) {
            for (Certificate root : read(bundle)) {
                roots.setCertificateEntry("extra-" + number++, root);
            }
        }
        return managers(roots);
    }

    private static TrustManager[] managers(@Nullable KeyStore roots)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> read(Path bundle)
            throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> certificates;
        try (InputStream in = Files.newInputStream(bundle)) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new IOException(bundle + ": no readable PEM bundle", unreadable);
        }
        if (certificates.isEmpty()) {
            throw new IOException(bundle + ": holds no certificate");
        }
        return certificates;
    }
}
