package dev.skerry.config;

import dev.skerry.config.text.TextGlob;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which content codings an edge makes of responses that came without one.
 *
 * @param codings those that are made, the preferred one first; empty: none
 * @param gzipLevel 1 to 9
 * @param brLevel 0 to 11
 * @param zstdLevel 1 to 19
 * @param minSize shorter bodies are left alone, in bytes
 * @param maxSize longer bodies are left alone, in bytes
 * @param types media types, in lower case
 */
public record CompressSettings(
        List<Coding> codings,
        int gzipLevel,
        int brLevel,
        int zstdLevel,
        long minSize,
        long maxSize,
        List<TextGlob> types) {
    /** What holds where a site says nothing. */
    public static final CompressSettings DEFAULTS =
            new CompressSettings(
                    List.of(Coding.BR, Coding.ZSTD, Coding.GZIP),
                    6,
                    5,
                    3,
                    1 << 10,
                    16 << 20,
                    Stream.of(
                                    "text/*",
                                    "application/javascript",
                                    "application/x-javascript",
                                    "application/json",
                                    "application/xml",
                                    "application/*+json",
                                    "application/*+xml",
                                    "application/wasm",
                                    "application/x-ndjson",
                                    "application/vnd.ms-fontobject",
                                    "font/ttf",
                                    "font/otf",
                                    "image/svg+xml",
                                    "image/bmp",
                                    "image/x-icon",
                                    "image/vnd.microsoft.icon")
                            .map(TextGlob::of)
                            .toList());

    /** A content coding. */
    public enum Coding {
        /** Brotli. */
        BR,
        /** Zstandard. */
        ZSTD,
        /** Gzip. */
        GZIP
    }

    /** Copies the lists. */
    public CompressSettings {
        codings = List.copyOf(codings);
        types = List.copyOf(types);
    }

    /** The same without any coding. */
    public CompressSettings off() {
        return new CompressSettings(
                List.of(), gzipLevel, brLevel, zstdLevel, minSize, maxSize, types);
    }
}
