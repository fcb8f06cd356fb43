package dev.skerry.cache.store.disk.device;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Who a directory is.
 *
 * @param disk drawn when the directory was first used
 * @param lineage the mark of the node whose ledgers decide what of it may be served: without them
 *     nobody knows what was purged. Empty until a node has written its own
 * @param segmentBytes the size that its segments were made with; 0 until there are any
 * @param eras which disks it was used together with, the last era last; empty until it was used
 */
public record Superblock(UUID disk, String lineage, long segmentBytes, List<Era> eras) {
    /** The layout of the files of a directory, all of them. */
    public static final int FORMAT = 1;

    /** Lineages have at most this many characters, none of them a control or a space. */
    public static final int MAX_LINEAGE = 128;

    /** The most eras. */
    public static final int MAX_ERAS = 16;

    /** The most disks of an era. */
    public static final int MAX_DISKS = 64;

    /** Checks the limits. */
    public Superblock {
        if (lineage.length() > MAX_LINEAGE || !lineage.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("not a lineage: " + lineage);
        }
        if (segmentBytes < 0 || eras.size() > MAX_ERAS) {
            throw new IllegalArgumentException(segmentBytes + " bytes, " + eras.size() + " eras");
        }
        eras = List.copyOf(eras);
    }

    /** Of a directory that was never used. */
    public static Superblock fresh(UUID disk) {
        return new Superblock(disk, "", 0, List.of());
    }

    /**
     * A time in which the same disks were used together: which of them a key belongs to depends on
     * all.
     *
     * @param firstSegment every segment of an earlier era has a lower number
     * @param disks this one among them
     */
    public record Era(long firstSegment, Set<UUID> disks) {
        /** Checks the limits. */
        public Era {
            if (firstSegment < 0 || disks.isEmpty() || disks.size() > MAX_DISKS) {
                throw new IllegalArgumentException("era: " + firstSegment + ", " + disks);
            }
            disks = Collections.unmodifiableSet(new TreeSet<>(disks));
        }
    }
}
