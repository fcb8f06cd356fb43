package dev.skerry.proxy.upstream.health;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Ejects an upstream whose transport fails, and lets it back when a probe gets through. Fed by what
 * happens to ordinary requests (passive); a status that was received is a success, whatever it
 * says. Thread-safe.
 *
 * <p>Two kinds of failure open it, with different effects. An upstream that could not be
 * <em>reached</em> (name, connection, TLS) will not be reached by the next request either: while
 * open, requests are refused, except one probe a backoff. A connection that <em>broke</em> before
 * the response may be the fault of the object asked for: an upstream that crashes on some URLs must
 * not take the others with it. Opened by those, the breaker only says {@link Admission#DIVERT}:
 * take another upstream if there is one. So many objects that fail at once never cost their
 * neighbours an answer.
 */
public final class Breaker {
    private static final int ANSWERED = 0;
    private static final int UNREACHABLE = 1;
    private static final int BROKEN = 2;

    private final Settings settings;
    private final LongSupplier nanoTime;
    private final SlidingCounts counts;
    private boolean open;
    private boolean reachable;
    private int probes;
    private long probeAt;
    private long backoffNanos;
    private long openings;

    /** A closed breaker. */
    public Breaker(Settings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.counts = new SlidingCounts(3, settings.window());
    }

    /**
     * Asks for leave to send one request. What comes of it is owed to {@link #record}, unless it is
     * {@link Admission#REFUSE}.
     */
    public synchronized Admission admit() {
        Admission admission = peek();
        if (admission == Admission.PROBE) {
            // The next probe is due a backoff after this one even if this one is never heard of
            // again: a long poll as a probe must not keep an upstream out for as long as it lasts.
            probeAt = nanoTime.getAsLong() + backoffNanos;
            probes++;
        }
        return admission;
    }

    /** What {@link #admit} would say now, without taking the probe. */
    public synchronized Admission peek() {
        if (!open) {
            return Admission.NORMAL;
        }
        if (probeDue()) {
            return Admission.PROBE;
        }
        return reachable ? Admission.DIVERT : Admission.REFUSE;
    }

    /** Says what became of a request that {@code admission} let through. */
    public synchronized void record(Admission admission, Verdict verdict) {
        if (admission == Admission.PROBE) {
            probes = Math.max(0, probes - 1);
        }
        if (open) {
            // What was sent before the breaker opened proves nothing about now.
            if (admission == Admission.PROBE || admission == Admission.DIVERT) {
                recordWhileOpen(admission, verdict);
            }
            return;
        }
        switch (verdict) {
            case ANSWERED -> counts.add(ANSWERED, nanoTime.getAsLong());
            case UNREACHABLE -> failed(UNREACHABLE);
            case BROKEN -> failed(BROKEN);
            case CONNECTED, INCONCLUSIVE -> {}
        }
    }

    /** The state, for metrics. */
    public synchronized State state() {
        if (!open) {
            return State.CLOSED;
        }
        return probes > 0 ? State.HALF_OPEN : State.OPEN;
    }

    /** How often it opened. */
    public synchronized long openings() {
        return openings;
    }

    private boolean probeDue() {
        return nanoTime.getAsLong() - probeAt >= 0;
    }

    private void recordWhileOpen(Admission admission, Verdict verdict) {
        switch (verdict) {
            case ANSWERED -> {
                open = false;
                probes = 0;
                counts.clear();
            }
            case CONNECTED -> {
                reachable = true;
                probeAt = nanoTime.getAsLong();
            }
            case UNREACHABLE, BROKEN -> {
                if (admission == Admission.PROBE) {
                    backoffNanos = Math.min(2 * backoffNanos, settings.maxBackoff().toNanos());
                    probeAt = nanoTime.getAsLong() + backoffNanos;
                    reachable = verdict == Verdict.BROKEN;
                }
            }
            case INCONCLUSIVE -> {
                if (admission == Admission.PROBE) {
                    probeAt = nanoTime.getAsLong();
                }
            }
        }
    }

    private void failed(int kind) {
        long now = nanoTime.getAsLong();
        counts.add(kind, now);
        long unreachable = counts.total(UNREACHABLE, now);
        long broken = counts.total(BROKEN, now);
        long failures = unreachable + broken;
        long samples = failures + counts.total(ANSWERED, now);
        if (samples < settings.minSamples() || failures < settings.failureRatio() * samples) {
            return;
        }
        open = true;
        openings++;
        probes = 0;
        reachable = broken > unreachable;
        backoffNanos = settings.firstBackoff().toNanos();
        probeAt = now + backoffNanos;
    }

    /** Whether a request may be sent. */
    public enum Admission {
        /** Closed: go on. */
        NORMAL,
        /** Open, and this request finds out whether it still should be. */
        PROBE,
        /** Open, but reachable: only when no other upstream will do. */
        DIVERT,
        /** Open: do not send. */
        REFUSE
    }

    /** What a request tells about its upstream. */
    public enum Verdict {
        /** A response head came, of any status. */
        ANSWERED,
        /** No connection: name, connect, TLS. */
        UNREACHABLE,
        /** A new connection broke before any byte of a response. */
        BROKEN,
        /** A connection, but no answer to this request: a timeout, broken framing. */
        CONNECTED,
        /** Nothing: a reuse race, a client that left, a bad request body. */
        INCONCLUSIVE
    }

    /** As metrics show it. */
    public enum State {
        /** All requests pass. */
        CLOSED,
        /** A probe is under way. */
        HALF_OPEN,
        /** Ejected. */
        OPEN
    }

    /**
     * When a breaker opens and how fast it probes.
     *
     * @param minSamples fewer than these in the window never open it
     * @param failureRatio of the samples, above 0 to 1
     * @param window that slides
     * @param firstBackoff from opening to the first probe
     * @param maxBackoff where doubling after every failed probe ends
     */
    public record Settings(
            int minSamples,
            double failureRatio,
            Duration window,
            Duration firstBackoff,
            Duration maxBackoff) {
        /** For origins: 20 samples, half of them failed within 10 s; probes after 0.5 s to 8 s. */
        public static final Settings ORIGIN =
                new Settings(
                        20,
                        0.5,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(8));

        /** For shields: another one is at hand, so five samples are enough to look there first. */
        public static final Settings SHIELD =
                new Settings(
                        5,
                        0.5,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(2));
    }
}
