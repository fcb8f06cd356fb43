package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.format.LogAddress;

/**
 * The sizes of a disk tier.
 *
 * @param bytes the most that it takes of the device
 * @param segmentBytes the most bytes of a segment's file
 * @param queuedBytes the most bytes of responses that wait to be written
 * @param queuedWrites the most responses that wait to be written
 * @param readers threads that wait for the device
 * @param queuedReads the most looks and reads that wait for such a thread
 */
public record DiskOptions(
        long bytes,
        long segmentBytes,
        long queuedBytes,
        int queuedWrites,
        int readers,
        int queuedReads) {
    /** The fewest segments of a disk. */
    public static final int FEWEST_SEGMENTS = 4;

    /** With more than these a disk that has grown gets larger ones. */
    private static final int MOST_SEGMENTS = 2048;

    private static final long SMALLEST_SEGMENT = 16 << 20;

    /** Refuses what cannot work. */
    public DiskOptions {
        if (segmentBytes > LogAddress.MAX_SEGMENT || segmentBytes % LogAddress.UNIT != 0) {
            throw new IllegalArgumentException("segments of " + segmentBytes + " bytes");
        }
        if (bytes / segmentBytes < FEWEST_SEGMENTS) {
            throw new IllegalArgumentException(
                    bytes + " bytes are fewer than " + FEWEST_SEGMENTS + " segments");
        }
    }

    /** For a disk of this size, at least {@value #FEWEST_SEGMENTS} times 16 MiB. */
    public static DiskOptions of(long bytes) {
        long segment = Math.max(SMALLEST_SEGMENT, Math.min(LogAddress.MAX_SEGMENT, bytes / 256));
        return new DiskOptions(
                bytes, segment / LogAddress.UNIT * LogAddress.UNIT, 64 << 20, 8192, 8, 1024);
    }

    /** Whether a disk of this size can be used with segments of that one. */
    boolean fits(long segment) {
        return segment <= LogAddress.MAX_SEGMENT
                && segment % LogAddress.UNIT == 0
                && bytes / segment >= FEWEST_SEGMENTS
                && bytes / segment <= MOST_SEGMENTS;
    }

    DiskOptions withSegments(long segment) {
        return new DiskOptions(bytes, segment, queuedBytes, queuedWrites, readers, queuedReads);
    }

    /** How many segments there may be. */
    int segments() {
        return (int) (bytes / segmentBytes);
    }
}
