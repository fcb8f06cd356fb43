package dev.skerry.cache.store.disk.format;

import org.jspecify.annotations.Nullable;

/** What a record is. */
public enum Kind {
    /** A stored head and where the bytes of its body lie. */
    HEAD(1),
    /** Bytes of a body. */
    EXTENT(2),
    /** What came before it of this key and variant is gone. */
    TOMBSTONE(3);

    private final int code;

    Kind(int code) {
        this.code = code;
    }

    /** The number that says so on disk. */
    public int code() {
        return code;
    }

    /** The kind of a number from the disk; null for none. */
    static @Nullable Kind of(int code) {
        return switch (code) {
            case 1 -> HEAD;
            case 2 -> EXTENT;
            case 3 -> TOMBSTONE;
            default -> null;
        };
    }
}
