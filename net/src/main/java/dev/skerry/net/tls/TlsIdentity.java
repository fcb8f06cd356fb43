package dev.skerry.net.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A server's or client's certificate chain and key, from PEM files, replaceable while the server
 * runs: {@link #reload} reads the files again, and handshakes from then on use what they hold.
 * Thread-safe.
 */
public final class TlsIdentity {
    private static final String ALIAS = "own";

    private final Path certificateFile;
    private final Path keyFile;
    private volatile PemIdentity current;

    private TlsIdentity(Path certificateFile, Path keyFile, PemIdentity current) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.current = current;
    }

    /**
     * Reads an identity.
     *
     * @param certificateFile PEM: the server's certificate first, then the intermediate ones
     * @param keyFile PEM: PKCS#8, PKCS#1 (RSA) or SEC1 (EC), not encrypted
     * @throws IOException naming the file and what is wrong: not readable, not PEM, an encrypted or
     *     unknown key, or a key that does not fit the certificate
     */
    public static TlsIdentity load(Path certificateFile, Path keyFile) throws IOException {
        return new TlsIdentity(
                certificateFile, keyFile, PemIdentity.read(certificateFile, keyFile));
    }

    /**
     * Reads the files again. On failure the identity stays as it was.
     *
     * @throws IOException as {@link #load} does
     */
    public void reload() throws IOException {
        current = PemIdentity.read(certificateFile, keyFile);
    }

    /** The certificate that handshakes use now. */
    public X509Certificate certificate() {
        return current.chain().getFirst();
    }

    /** A new server context over this identity; it follows {@link #reload}. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Keys()}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    /** Shows the identity to servers that ask for one; for a context of the caller's. */
    public KeyManager keys() {
        return new Keys();
    }

    private final class Keys extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return fits(keyType) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return fits(keyType) ? ALIAS : null;
        }

        @Override
        public String @Nullable [] getServerAliases(
                String keyType, Principal @Nullable [] issuers) {
            return fits(keyType) ? new String[] {ALIAS} : null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return alias.equals(ALIAS) ? current.chain().toArray(new X509Certificate[0]) : null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return alias.equals(ALIAS) ? current.key() : null;
        }

        @Override
        public String @Nullable [] getClientAliases(
                String keyType, Principal @Nullable [] issuers) {
            return fits(keyType) ? new String[] {ALIAS} : null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return Arrays.stream(keyType).anyMatch(this::fits) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return chooseClientAlias(keyType, issuers, null);
        }

        private boolean fits(String keyType) {
            String algorithm = current.key().getAlgorithm();
            return algorithm.equals(keyType)
                    || (algorithm.equals("EdDSA") && keyType.startsWith("Ed"))
                    || (algorithm.equals("RSA") && keyType.equals("RSASSA-PSS"));
        }
    }
}
