package dev.skerry.net.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A chain and the key that fits its first certificate, at one moment.
 *
 * @param chain at least one
 */
record PemIdentity(List<X509Certificate> chain, PrivateKey key) {
    private static final long FILE_BYTES = 1 << 20;

    static PemIdentity read(Path certificateFile, Path keyFile) throws IOException {
        List<X509Certificate> chain = certificates(certificateFile);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key;
        try {
            key = PemKey.parse(text(keyFile), publicKey);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(keyFile + ": " + e.getMessage(), e);
        }
        if (!fit(key, publicKey)) {
            throw new IOException(
                    keyFile + ": the key does not fit the certificate in " + certificateFile);
        }
        return new PemIdentity(chain, key);
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        byte[] pem = text(file).getBytes(StandardCharsets.ISO_8859_1);
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new IOException(file + ": holds no certificate");
            }
            return chain;
        } catch (CertificateException e) {
            throw new IOException(file + ": not a PEM certificate: " + e.getMessage(), e);
        }
    }

    private static String text(Path file) throws IOException {
        try {
            if (Files.size(file) > FILE_BYTES) {
                throw new IOException(file + ": too large for a PEM file");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }

    /** Whether what the key signs verifies with the certificate. */
    private static boolean fit(PrivateKey key, PublicKey publicKey) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        try {
            byte[] probe = "does it fit?".getBytes(StandardCharsets.US_ASCII);
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
