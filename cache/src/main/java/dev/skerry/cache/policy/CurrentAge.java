package dev.skerry.cache.policy;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.HttpDate;
import org.jspecify.annotations.Nullable;

/**
 * How old is a response? RFC 9111 §4.2.3 and §5.1. Ages are milliseconds, never negative, and stop
 * growing instead of overflowing.
 */
public final class CurrentAge {
    private CurrentAge() {}

    /**
     * The corrected initial age of a response.
     *
     * @param response the fields as received
     * @param requestSentMillis monotonic time when the request was sent
     * @param responseReceivedMillis monotonic time when the response's head was received
     * @param wallNowMillis wall time of reception
     */
    public static long initialMillis(
            Fields response,
            long requestSentMillis,
            long responseReceivedMillis,
            long wallNowMillis) {
        long date = HttpDate.parse(response.first("Date"), wallNowMillis);
        long apparent = date == HttpDate.INVALID ? 0 : difference(wallNowMillis, date);
        long delay = difference(responseReceivedMillis, requestSentMillis);
        return Math.max(apparent, sum(ageMillis(response), delay));
    }

    /**
     * The current age.
     *
     * @param initialAgeMillis the corrected initial age
     * @param receivedMillis monotonic time when the response was received
     * @param nowMillis monotonic time now
     */
    public static long nowMillis(long initialAgeMillis, long receivedMillis, long nowMillis) {
        return sum(Math.max(0, initialAgeMillis), difference(nowMillis, receivedMillis));
    }

    /** The value of an Age field in whole seconds, rounded down, at most 2^31. */
    public static long seconds(long ageMillis) {
        return Math.clamp(ageMillis / 1000, 0, CacheControl.MOST_SECONDS);
    }

    /** Of several members the first counts; an invalid one is ignored (RFC 9111 §5.1). */
    private static long ageMillis(Fields response) {
        @Nullable String age = response.first("Age");
        if (age == null) {
            return 0;
        }
        int comma = age.indexOf(',');
        String first = FieldValues.trim(age, 0, comma < 0 ? age.length() : comma);
        return 1000 * Math.max(0, FieldValues.digits(first, CacheControl.MOST_SECONDS));
    }

    private static long difference(long later, long earlier) {
        if (later <= earlier) {
            return 0;
        }
        long difference = later - earlier;
        return difference < 0 ? Long.MAX_VALUE : difference;
    }

    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
