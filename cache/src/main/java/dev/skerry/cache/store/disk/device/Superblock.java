package dev.skerry.cache.store.disk.device;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Who a directory is.
 *
 * @param disk drawn when the directory was first used
 * @param lineage of the purge ledger that decides what of it may be served: without that ledger
 *     nobody knows what was purged. Empty until a node has written its own
 * @param peers the disks that it was last used together with, itself among them: which of them a
 *     key belongs to depends on all
 */
public record Superblock(UUID disk, String lineage, Set<UUID> peers) {
    /** The layout of the files of a directory, all of them. */
    public static final int FORMAT = 1;

    /** Lineages have at most this many characters, none of them a control or a space. */
    public static final int MAX_LINEAGE = 128;

    /** Checks the lineage. */
    public Superblock {
        if (lineage.length() > MAX_LINEAGE || !lineage.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("not a lineage: " + lineage);
        }
        peers = Collections.unmodifiableSet(new TreeSet<>(peers));
    }

    /** Of a directory that was never used. */
    public static Superblock fresh(UUID disk) {
        return new Superblock(disk, "", Set.of(disk));
    }
}
