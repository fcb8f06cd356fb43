package dev.skerry.cache.store.disk;

import java.util.List;

/**
 * What came of reading everything that a disk holds.
 *
 * @param responses that were read
 * @param bytes of their bodies
 * @param damaged how many could not be read, or were not what was written: they are forgotten
 * @param examples the first of these, by URL where the head can be read still, else by key
 */
public record Verification(long responses, long bytes, long damaged, List<String> examples) {
    /** Nothing was read. */
    public static final Verification NONE = new Verification(0, 0, 0, List.of());

    /** Copies the list. */
    public Verification {
        examples = List.copyOf(examples);
    }
}
