package dev.skerry.net.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts connections and holds their limit. */
final class ConnectionCount {
    private final int max;
    private final Runnable makeRoom;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder opened = new LongAdder();
    private final LongAdder reused = new LongAdder();
    private final LongAdder suspect = new LongAdder();

    /**
     * A count.
     *
     * @param makeRoom closes idle connections when the limit is met
     */
    ConnectionCount(int max, Runnable makeRoom) {
        this.max = max;
        this.makeRoom = makeRoom;
    }

    /** Takes a place for a new connection. */
    void take() throws ExchangeFault {
        if (open.incrementAndGet() > max) {
            makeRoom.run();
            if (open.get() > max) {
                open.decrementAndGet();
                throw new ExchangeFault(
                        ClientFailure.Kind.CONNECT,
                        "all of " + max + " upstream connections are busy");
            }
        }
        opened.increment();
    }

    /** Gives a place back. */
    void giveBack() {
        open.decrementAndGet();
    }

    void countReuse() {
        reused.increment();
    }

    void countSuspect() {
        suspect.increment();
    }

    int open() {
        return open.get();
    }

    long opened() {
        return opened.sum();
    }

    long reused() {
        return reused.sum();
    }

    long suspect() {
        return suspect.sum();
    }
}
