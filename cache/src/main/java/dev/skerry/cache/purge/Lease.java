package dev.skerry.cache.purge;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Until when this node may believe that it has applied every purge that was accepted (PURGE.md rule
 * 14). Void when a process begins. Thread-safe; whoever asks compares two numbers and waits for
 * nobody.
 *
 * <p>The monotonic clock stands still while the machine sleeps. So a lease is void as soon as the
 * wall clock is seen to have gained more on it than a wall clock is corrected by: {@link #watch} is
 * to be called often.
 */
public final class Lease {
    private static final long VOID = Long.MIN_VALUE;

    /** A wall clock that gains more than this at once has jumped, or the other one has stood. */
    static final long JUMP_MILLIS = 250;

    /** A wall clock that is being corrected gains at most one millisecond in so many. */
    static final long SLEW = 1000;

    private final NodeTime clocks;
    private volatile long until;
    private long seenMillis;
    private long seenOffset;
    private long notBefore = VOID;

    private Lease(NodeTime clocks, long until) {
        this.clocks = clocks;
        this.until = until;
        this.seenMillis = clocks.monotonicMillis().getAsLong();
        this.seenOffset = clocks.wall().millis() - seenMillis;
    }

    /** The lease of a node that has not been given one yet. */
    public static Lease none(NodeTime clocks) {
        return new Lease(clocks, VOID);
    }

    /** The lease of a node that needs none: it stands alone, so it knows all purges there are. */
    public static Lease endless() {
        InstantSource never = () -> Instant.EPOCH;
        return new Lease(new NodeTime(() -> 0, never), Long.MAX_VALUE);
    }

    /** Whether it is over at a moment of the node's monotonic clock. */
    public boolean isOver(long nowMillis) {
        return nowMillis >= until;
    }

    /**
     * Extends it, never shortens it.
     *
     * @param sentMillis when the question was sent that this is the answer to, rounded down; an
     *     answer to one from before a jump of the wall clock is worth nothing
     */
    public synchronized void extend(long sentMillis, long lengthMillis) {
        watch();
        if (sentMillis >= notBefore) {
            until = Math.max(until, sentMillis + lengthMillis);
        }
    }

    /** Compares the clocks, and voids the lease when the machine has slept. */
    public synchronized void watch() {
        if (until == Long.MAX_VALUE) {
            return;
        }
        long now = clocks.monotonicMillis().getAsLong();
        long offset = clocks.wall().millis() - now;
        if (offset > seenOffset + JUMP_MILLIS) {
            until = VOID;
            // What was asked in this very millisecond may have been asked before.
            notBefore = now + 1;
            seen(now, offset);
        } else if (offset < seenOffset) {
            seen(now, offset);
        } else if (now - seenMillis >= SLEW) {
            seen(now, Math.min(offset, seenOffset + (now - seenMillis) / SLEW));
        }
    }

    private void seen(long millis, long offset) {
        seenMillis = millis;
        seenOffset = offset;
    }

    /**
     * The lease as it is now: what is left of it, however it may be extended meanwhile; 0 once it
     * is void. For who passes it on together with what was applied by now.
     */
    public synchronized LongSupplier term() {
        watch();
        long begun = clocks.monotonicMillis().getAsLong();
        long end = until;
        return () -> {
            synchronized (this) {
                long left = remainingMillis();
                return begun < notBefore || left == 0
                        ? 0
                        : Math.max(0, end - clocks.monotonicMillis().getAsLong());
            }
        };
    }

    /** Milliseconds that are left, 0 when it is over; {@link Long#MAX_VALUE} when it is endless. */
    public long remainingMillis() {
        watch();
        long end = until;
        if (end == Long.MAX_VALUE || end == VOID) {
            return end == VOID ? 0 : end;
        }
        return Math.max(0, end - clocks.monotonicMillis().getAsLong());
    }
}
