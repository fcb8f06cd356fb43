package dev.skerry.cache.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content codings that are made here (RFC 9110 §8.4.1, RFC 7932, RFC 8878). */
public enum ContentCoding {
    /** Brotli. */
    BR(1),
    /** Zstandard, with a window of at most 8 MiB (RFC 9659). */
    ZSTD(2),
    /** Gzip, which every client knows. */
    GZIP(4);

    private final int bit;
    private final String token = name().toLowerCase(Locale.ROOT);

    ContentCoding(int bit) {
        this.bit = bit;
    }

    /** As {@code Content-Encoding} carries it. */
    public String token() {
        return token;
    }

    /** This coding alone as a set; {@link AcceptEncoding} takes unions of them. */
    public int bit() {
        return bit;
    }

    static @Nullable ContentCoding of(String token) {
        for (ContentCoding coding : values()) {
            if (coding.token.equals(token)) {
                return coding;
            }
        }
        return null;
    }
}
