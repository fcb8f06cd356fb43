package dev.skerry.proxy.hop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the nodes of a fleet share. It signs what they tell each other, and it never
 * appears in a message or a log.
 */
public final class FleetKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_BITS = 256;
    private static final int MIN_DISTINCT = 8;
    private static final int MAX_BYTES = 4096;

    private final Mac prototype;

    private FleetKey(byte[] secret) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /**
     * Reads a key file, as {@code openssl rand -hex 32} writes one.
     *
     * @throws IOException when it cannot be read
     * @throws IllegalArgumentException when everybody may read or write it, or it holds too little;
     *     the message names the file and says what would be right
     */
    public static FleetKey read(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (mode.contains(PosixFilePermission.OTHERS_READ)
                    || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IllegalArgumentException(
                        "fleet key %s is open to every user (%s): chmod 600 it"
                                .formatted(file, PosixFilePermissions.toString(mode)));
            }
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "fleet key %s is longer than %d bytes".formatted(file, MAX_BYTES));
        }
        try {
            return of(Files.readAllBytes(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "fleet key %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * A key from what a key file holds: 32 random bytes, or 64 hexadecimal digits, or 43 characters
     * of other text such as base64; white space around text does not count.
     *
     * @throws IllegalArgumentException when there cannot be 256 bits in it
     */
    public static FleetKey of(byte[] content) {
        byte[] secret = isText(content) ? trim(content) : content.clone();
        if (bits(secret) < MIN_BITS) {
            throw new IllegalArgumentException(
                    "too short for 256 random bits: make one with `openssl rand -hex 32`");
        }
        if (distinct(secret) < MIN_DISTINCT) {
            throw new IllegalArgumentException("not random: make one with `openssl rand -hex 32`");
        }
        return new FleetKey(secret);
    }

    /** A fresh HMAC-SHA256. */
    Mac mac() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's HMAC can be cloned", e);
        }
    }

    private static int bits(byte[] secret) {
        if (!isText(secret)) {
            return 8 * secret.length;
        }
        for (byte b : secret) {
            if (Character.digit(b, 16) < 0) {
                return 6 * secret.length;
            }
        }
        return 4 * secret.length;
    }

    private static boolean isText(byte[] content) {
        for (byte b : content) {
            if ((b < ' ' || b > '~') && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static byte[] trim(byte[] text) {
        int from = 0;
        int to = text.length;
        while (from < to && text[from] <= ' ') {
            from++;
        }
        while (to > from && text[to - 1] <= ' ') {
            to--;
        }
        return Arrays.copyOfRange(text, from, to);
    }

    private static long distinct(byte[] secret) {
        boolean[] seen = new boolean[256];
        int distinct = 0;
        for (byte b : secret) {
            if (!seen[b & 0xff]) {
                seen[b & 0xff] = true;
                distinct++;
            }
        }
        return distinct;
    }
}
