package dev.skerry.net.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
final class TlsIdentityTest {
    @TempDir private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void keyInPkcs8IsRead(String algorithm) throws Exception {
        Certificates made = Certificates.make(folder, "a", algorithm);
        TlsIdentity identity = TlsIdentity.load(made.certificate(), made.key());
        assertEquals(made.issuer(), identity.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void keyInItsOlderFormIsRead(String algorithm) throws Exception {
        Certificates made = Certificates.make(folder, "a", algorithm);
        Files.writeString(
                made.key(), Certificates.pem(algorithm + " PRIVATE KEY", innerKey(made.key())));
        TlsIdentity identity = TlsIdentity.load(made.certificate(), made.key());
        assertEquals(made.issuer(), identity.certificate());
    }

    /** What PKCS#8 wraps: its last element, an octet string (lengths take one or three bytes). */
    private static byte[] innerKey(Path pkcs8) throws IOException {
        String base64 =
                Files.readString(pkcs8, StandardCharsets.US_ASCII)
                        .replaceAll("-----[A-Z ]+-----", "");
        byte[] der = Base64.getMimeDecoder().decode(base64);
        int at = skipHeader(der, 0);
        at += 3;
        at = skipHeader(der, at) + (der[at + 1] & 0xff);
        int start = skipHeader(der, at);
        byte[] inner = new byte[der.length - start];
        System.arraycopy(der, start, inner, 0, inner.length);
        return inner;
    }

    private static int skipHeader(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : (first & 0x7f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void keyThatDoesNotFitIsOneClearError(String algorithm) throws Exception {
        Certificates one = Certificates.make(folder, "one", "RSA");
        Certificates other = Certificates.make(folder, "other", algorithm);
        IOException failure =
                assertThrows(
                        IOException.class, () -> TlsIdentity.load(one.certificate(), other.key()));
        assertTrue(failure.toString().contains("does not fit the certificate"), failure::toString);
        assertTrue(failure.toString().contains(other.key().toString()), failure::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                -----BEGIN ENCRYPTED PRIVATE KEY-----
                AAAA
                -----END ENCRYPTED PRIVATE KEY-----
                """,
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES

                AAAA
                -----END RSA PRIVATE KEY-----
                """
            })
    void encryptedKeyIsRefused(String pem) throws Exception {
        Certificates made = Certificates.make(folder, "a", "EC");
        Files.writeString(made.key(), pem);
        IOException failure =
                assertThrows(
                        IOException.class, () -> TlsIdentity.load(made.certificate(), made.key()));
        assertTrue(failure.toString().contains("encrypted"), failure::toString);
    }

    @Test
    void missingOrEmptyFilesAreNamed() throws Exception {
        Certificates made = Certificates.make(folder, "a", "EC");
        Path missing = folder.resolve("missing.pem");
        IOException noFile =
                assertThrows(
                        IOException.class, () -> TlsIdentity.load(made.certificate(), missing));
        assertEquals(missing + ": no such file", noFile.getMessage());
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        IOException noKey =
                assertThrows(IOException.class, () -> TlsIdentity.load(made.certificate(), empty));
        assertEquals(empty + ": holds no PEM private key", noKey.getMessage());
        IOException noCertificate =
                assertThrows(IOException.class, () -> TlsIdentity.load(empty, made.key()));
        assertTrue(noCertificate.toString().contains(empty.toString()));
    }

    @Test
    void failedReloadKeepsWhatIsThere() throws Exception {
        Certificates made = Certificates.make(folder, "a", "EC");
        Certificates other = Certificates.make(folder, "b", "EC");
        TlsIdentity identity = TlsIdentity.load(made.certificate(), made.key());
        Files.copy(other.key(), made.key(), StandardCopyOption.REPLACE_EXISTING);
        assertThrows(IOException.class, identity::reload);
        assertEquals(made.issuer(), identity.certificate());
        Files.copy(other.certificate(), made.certificate(), StandardCopyOption.REPLACE_EXISTING);
        identity.reload();
        assertEquals(other.issuer(), identity.certificate());
    }
}
