package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Checks what docs/disk-format.md numbers, of a tier that nobody uses meanwhile. */
final class DiskInvariants {
    private DiskInvariants() {}

    static void check(DiskTier tier) {
        assertTrue(tier.bytes() >= 0);
    }
}
