package dev.skerry.cache.store.disk.policy;

/**
 * Which responses of a segment that is being reclaimed are written again: those that were used more
 * than once since they were written. Writing one again costs its bytes, and one use alone is what
 * brought most of them here. When a segment would be kept nearly whole, reclaiming it brings no
 * room; so only a part is kept, and the next one has to show more uses. What a site is sure of goes
 * before what is used. For one thread.
 */
public final class Reinsertion {
    /** The fewest uses that keep a response. */
    static final int LEAST_USES = 2;

    /** The most uses that may be asked for. */
    static final int MOST_USES = 7;

    private final SiteShares shares;
    private int bar = LEAST_USES;
    private long kept;
    private long asked;
    private long segmentBytes;

    /** For all segments of a disk. */
    public Reinsertion(SiteShares shares) {
        this.shares = shares;
    }

    /** Begins with a segment of so many bytes; what it decided about the one before is judged. */
    public void begin(long bytes) {
        if (asked > segmentBytes / 4 * 3) {
            bar = Math.min(MOST_USES, bar + 1);
        } else if (asked < segmentBytes / 2) {
            bar = Math.max(LEAST_USES, bar - 1);
        }
        segmentBytes = bytes;
        kept = 0;
        asked = 0;
    }

    /**
     * Whether to write a response again that is alive. The site's bytes still count those of the
     * record that is to go.
     *
     * @param bytes that it would take; the last one may be of more than is left
     * @param uses since it was written, by memory above as well
     */
    public boolean keeps(int site, long bytes, int uses) {
        boolean owed = shares.isBelowFloor(site, bytes);
        if (!owed && (uses < bar || shares.isAboveCap(site, 0))) {
            return false;
        }
        asked += bytes;
        if (kept >= (owed ? segmentBytes / 8 * 7 : segmentBytes / 4 * 3)) {
            return false;
        }
        kept += bytes;
        return true;
    }
}
