package dev.skerry.net.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys in PEM: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC1 (RFC 5915). The older two are
 * wrapped into PKCS#8, which the JDK reads.
 */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([A-Z ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /** Version 0 and the algorithm identifier of RSA, as PKCS#8 puts them before the key. */
    private static final byte[] RSA_PREFIX =
            HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;

    private PemKey() {}

    /**
     * The first private key of a PEM text.
     *
     * @param publicKey of the certificate; names the algorithm and the curve
     */
    static PrivateKey parse(String pem, PublicKey publicKey) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeyException("holds no PEM private key");
        }
        String kind = block.group(1);
        String content = block.group(2);
        if (kind.startsWith("ENCRYPTED") || content.contains("ENCRYPTED")) {
            throw new InvalidKeyException(
                    "the key is encrypted; decrypt it first (openssl pkey -in KEY -out PLAIN)");
        }
        byte[] der = Base64.getMimeDecoder().decode(content);
        return switch (kind) {
            case "PRIVATE KEY" -> generate(algorithm(publicKey), der);
            case "RSA PRIVATE KEY" -> generate("RSA", wrap(RSA_PREFIX, der));
            case "EC PRIVATE KEY" -> generate("EC", wrap(ecPrefix(publicKey), der));
            default -> throw new InvalidKeyException("a kind of key that is not known: " + kind);
        };
    }

    private static PrivateKey generate(String algorithm, byte[] pkcs8)
            throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(
                    "the key does not fit the certificate, or is damaged ("
                            + algorithm
                            + " expected)",
                    e);
        }
    }

    private static String algorithm(PublicKey publicKey) {
        return publicKey.getAlgorithm();
    }

    /** Version 0 and the algorithm identifier of the certificate's own curve. */
    private static byte[] ecPrefix(PublicKey publicKey) throws InvalidKeyException {
        if (!(publicKey instanceof ECPublicKey)) {
            throw new InvalidKeyException(
                    "the key does not fit the certificate (" + publicKey.getAlgorithm() + ")");
        }
        // SubjectPublicKeyInfo is a sequence that begins with the algorithm identifier.
        byte[] info = publicKey.getEncoded();
        int start = 2 + lengthBytes(info, 1);
        int end = start + 2 + (info[start + 1] & 0xff);
        byte[] identifier = Arrays.copyOfRange(info, start, end);
        byte[] prefix = new byte[3 + identifier.length];
        prefix[0] = 2;
        prefix[1] = 1;
        System.arraycopy(identifier, 0, prefix, 3, identifier.length);
        return prefix;
    }

    /** How many bytes follow the first length byte. */
    private static int lengthBytes(byte[] der, int at) {
        int first = der[at] & 0xff;
        return first < 0x80 ? 0 : (first & 0x7f);
    }

    private static byte[] wrap(byte[] prefix, byte[] key) {
        byte[] octets = tagged(OCTETS, key);
        byte[] content = Arrays.copyOf(prefix, prefix.length + octets.length);
        System.arraycopy(octets, 0, content, prefix.length, octets.length);
        return tagged(SEQUENCE, content);
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
        out.write(tag);
        int length = content.length;
        if (length >= 0x80) {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        } else {
            out.write(length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
