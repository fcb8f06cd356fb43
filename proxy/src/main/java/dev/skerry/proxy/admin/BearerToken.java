package dev.skerry.proxy.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A bearer token (RFC 6750) out of a file. It never prints itself. */
public final class BearerToken {
    private static final int SHORTEST = 16;
    private static final int LONGEST = 1024;
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    private BearerToken(byte[] token) {
        this.token = token;
    }

    /**
     * Reads a token.
     *
     * @param file 16 to 1024 visible ASCII characters, white space around them ignored
     * @throws IOException when the file cannot be used; the message says what would be right
     */
    public static BearerToken read(Path file) throws IOException {
        if (Files.size(file) > 2 * LONGEST) {
            throw new IOException(file + ": too long for a token");
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (text.length() < SHORTEST
                || text.length() > LONGEST
                || !text.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new IOException(
                    file
                            + ": a token is 16 to 1024 visible ASCII characters in one piece,"
                            + " for example from 'openssl rand -hex 32'");
        }
        return new BearerToken(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Whether a request carries it, compared in a time that does not tell how much of it was right.
     *
     * @param authorization the value of {@code Authorization}, null without
     */
    public boolean fits(@Nullable String authorization) {
        if (authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return is(authorization.substring(SCHEME.length()).strip());
    }

    /** Whether this is the token, compared as {@link #fits} does. */
    public boolean is(String given) {
        return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The value of {@code Authorization} for a request that carries it. */
    public String authorization() {
        return SCHEME + new String(token, StandardCharsets.US_ASCII);
    }
}
