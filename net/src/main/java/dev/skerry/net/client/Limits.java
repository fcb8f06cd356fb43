package dev.skerry.net.client;

import dev.skerry.net.client.ClientFailure.Kind;
import dev.skerry.net.client.HttpClient.Timeouts;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Which of an exchange's limits ends what it does now, and when. The first-byte limit counts from
 * the whole request having been sent to the head of the final response; an interim response does
 * not begin it anew. While a request body is being sent, the between-bytes limit holds for each
 * write. The total limit counts from the beginning and holds throughout.
 */
final class Limits {
    /** What {@link #nanosLeft} returns where nothing limits. */
    static final long NONE = Long.MAX_VALUE;

    private final LongSupplier ticker;
    private final Timeouts timeouts;
    private final long started;
    private Kind phase = Kind.CONNECT_TIMEOUT;
    private long phaseStarted;
    private long phaseNanos;

    /**
     * Begins with connecting.
     *
     * @param ticker nanoseconds of any origin, monotonic
     */
    Limits(Timeouts timeouts, LongSupplier ticker) {
        this.ticker = ticker;
        this.timeouts = timeouts;
        this.started = ticker.getAsLong();
        this.phaseStarted = started;
        this.phaseNanos = nanos(timeouts.connect());
    }

    /** The request goes out: each write is limited by itself. */
    void sending() {
        phase = Kind.BETWEEN_BYTES_TIMEOUT;
        phaseNanos = nanos(timeouts.betweenBytes());
    }

    /** The request is out: waiting for the head. */
    void waiting() {
        phase = Kind.FIRST_BYTE_TIMEOUT;
        phaseNanos = nanos(timeouts.firstByte());
        phaseStarted = ticker.getAsLong();
    }

    /** The head is in: each read is limited by itself. */
    void receiving() {
        phase = Kind.BETWEEN_BYTES_TIMEOUT;
        phaseNanos = nanos(timeouts.betweenBytes());
    }

    /** How long an operation that begins now may take: at least 1, or {@link #NONE}. */
    long nanosLeft() {
        return Math.max(1, Math.min(phaseLeft(), totalLeft()));
    }

    /** What has run out when an operation took as long as {@link #nanosLeft} said. */
    ExchangeFault expired() {
        Kind kind = totalLeft() <= 0 ? Kind.TOTAL_TIMEOUT : phase;
        return new ExchangeFault(
                kind,
                switch (kind) {
                    case CONNECT_TIMEOUT -> "not connected in time";
                    case FIRST_BYTE_TIMEOUT -> "no response head in time";
                    case TOTAL_TIMEOUT -> "not done within the total time";
                    default -> "no bytes moved in time";
                });
    }

    private long phaseLeft() {
        if (phaseNanos == 0) {
            return NONE;
        }
        return phase == Kind.BETWEEN_BYTES_TIMEOUT
                ? phaseNanos
                : phaseNanos - (ticker.getAsLong() - phaseStarted);
    }

    private long totalLeft() {
        long total = nanos(timeouts.total());
        return total == 0 ? NONE : total - (ticker.getAsLong() - started);
    }

    /** Zero for none; a duration past 292 years is as good as none. */
    private static long nanos(Duration duration) {
        return duration.toSeconds() >= Long.MAX_VALUE / 1_000_000_000L ? 0 : duration.toNanos();
    }
}
