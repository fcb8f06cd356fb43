package dev.skerry.config;

/**
 * What a site may take of a node's disks, all together.
 *
 * @param atLeast what it keeps, approximately, even where other sites are used more
 * @param atMost beyond which nothing more of it is written
 */
public record DiskShare(Amount atLeast, Amount atMost) {
    /** The most that all sites together can be sure of, in hundredths of a percent. */
    public static final int MOST_ASSURED = 75_00;

    /** Of a site of which nothing is said: it may take everything, and is sure of nothing. */
    public static final DiskShare ANY = new DiskShare(new Part(0), new Part(Part.WHOLE));

    /** How much of the disks. */
    public sealed interface Amount {
        /** The bytes, of disks of so many. */
        long of(long bytes);
    }

    /**
     * A part of them.
     *
     * @param hundredths of a percent, 0 to {@link #WHOLE}
     */
    public record Part(int hundredths) implements Amount {
        /** All of them. */
        public static final int WHOLE = 100_00;

        /** Refuses what is no part. */
        public Part {
            if (hundredths < 0 || hundredths > WHOLE) {
                throw new IllegalArgumentException(hundredths + " hundredths of a percent");
            }
        }

        @Override
        public long of(long bytes) {
            return bytes / WHOLE * hundredths + bytes % WHOLE * hundredths / WHOLE;
        }
    }

    /**
     * So many bytes, whatever the disks have.
     *
     * @param bytes at least 0
     */
    public record Size(long bytes) implements Amount {
        @Override
        public long of(long all) {
            return Math.min(bytes, all);
        }
    }

    /** The bytes that the site is sure of, of disks of so many; never more than its most. */
    public long floor(long bytes) {
        return Math.min(atLeast.of(bytes), atMost.of(bytes));
    }

    /** The bytes beyond which nothing more is written; {@link Long#MAX_VALUE} for no bound. */
    public long cap(long bytes) {
        return atMost.equals(ANY.atMost) ? Long.MAX_VALUE : atMost.of(bytes);
    }
}
