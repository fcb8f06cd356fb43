package dev.skerry.control.http;

import dev.skerry.control.http.Resource.Verb;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How fast each token may ask this control plane: so many requests a second, and those of ten
 * seconds at once. A token that allows everything has no limit unless it was given one; what nodes
 * send is never limited. Thread-safe.
 */
public final class RateLimits {
    /** Requests a second of a token that was given no other limit. */
    public static final int USUAL = 100;

    /** The most that a token can be given. */
    public static final int MOST = 10_000;

    /** How many seconds' worth may come at once. */
    public static final int WINDOW_SECONDS = 10;

    private static final int REMEMBERED = 2000;
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);

    private final LongSupplier nanos;

    /** By token: when it has all of its window again. */
    private final Map<String, Long> whole =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /**
     * Nobody has asked yet.
     *
     * @param nanos a monotonic clock in nanoseconds
     */
    public RateLimits(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Takes one request.
     *
     * @return what is left; null when there is no limit
     * @throws ApiProblem 429 when there is nothing left
     */
    @Nullable Left take(Caller caller, Verb verb) throws ApiProblem {
        Integer rate = rate(caller);
        if (rate == null || verb == Verb.ANYONE || verb == Verb.NODE) {
            return null;
        }
        long each = TimeUnit.SECONDS.toNanos(1) / rate;
        long wait;
        long used;
        synchronized (whole) {
            long now = nanos.getAsLong();
            Long then = whole.get(caller.name());
            used = then == null ? 0 : Math.max(0, then - now);
            wait = used + each - WINDOW;
            if (wait <= 0) {
                used += each;
                whole.put(caller.name(), now + used);
            }
        }
        Left left = new Left(rate, (WINDOW - used) / each, seconds(used));
        if (wait > 0) {
            throw tooMany(caller, left, seconds(wait));
        }
        return left;
    }

    /**
     * What a token has left.
     *
     * @param rate requests a second
     * @param requests that may come now
     * @param seconds until all of the window may come again
     */
    record Left(int rate, long requests, long seconds) {
        /** As draft-ietf-httpapi-ratelimit-headers has it. */
        Map<String, String> fields() {
            return Map.of(
                    "RateLimit-Policy",
                    String.format(
                            Locale.ROOT,
                            "\"token\";q=%d;w=%d",
                            rate * WINDOW_SECONDS,
                            WINDOW_SECONDS),
                    "RateLimit",
                    String.format(Locale.ROOT, "\"token\";r=%d;t=%d", requests, seconds));
        }
    }

    private static @Nullable Integer rate(Caller caller) {
        Integer own = caller.rate();
        return own == null && !caller.may(Verb.ADMIN) ? Integer.valueOf(USUAL) : own;
    }

    private static ApiProblem tooMany(Caller caller, Left left, long seconds) {
        Map<String, String> fields = new HashMap<>(left.fields());
        fields.put("Retry-After", String.valueOf(seconds));
        return new ApiProblem(
                429,
                "Too many requests",
                "token '%s' may ask %d times a second, and %d times at once: again in %d s"
                        .formatted(
                                caller.name(), left.rate(), left.rate() * WINDOW_SECONDS, seconds),
                List.of(),
                fields);
    }

    private static long seconds(long nanos) {
        return (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
    }
}
