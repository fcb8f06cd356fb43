package dev.skerry.net.client;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether a peer has lately sent what no request asked for, or framed a response so that its end is
 * in doubt. Such bytes may be on their way when a kept connection is given its next request, and
 * would answer it; so for a while no connection carries a second one. Thread-safe.
 */
final class Suspicion {
    /** How long a suspicion lasts, from the last cause on. */
    static final long NANOS = TimeUnit.SECONDS.toNanos(60);

    private final LongSupplier ticker;
    private volatile boolean raised;
    private volatile long since;

    Suspicion(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** Raises it, or lets it last; true when it had not been up. */
    synchronized boolean raise() {
        boolean before = isUp();
        since = ticker.getAsLong();
        raised = true;
        return !before;
    }

    boolean isUp() {
        return raised && ticker.getAsLong() - since < NANOS;
    }
}
