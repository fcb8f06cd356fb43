package dev.skerry.config.node;

import java.nio.file.Path;

/** Where the access log goes. */
public sealed interface AccessLogTarget {
    /** Nowhere; costs nothing. */
    record Off() implements AccessLogTarget {}

    /** Standard output. */
    record Stdout() implements AccessLogTarget {}

    /** A file, which is appended to. */
    record ToFile(Path path) implements AccessLogTarget {}
}
