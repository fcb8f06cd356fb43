package dev.skerry.cache.policy;

import dev.skerry.cache.http.ByteRange;
import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which bytes does a request want? RFC 9110 §14.2, §13.1.5 and §15.3.7. */
public final class RangeSelection {
    private RangeSelection() {}

    /** The bytes to send. */
    public sealed interface Selection {}

    /** All of them, as 200: no range, or one that is to be ignored. */
    public record Whole() implements Selection {
        private static final Whole INSTANCE = new Whole();
    }

    /**
     * One part, as 206.
     *
     * @param from first byte
     * @param to one past the last byte
     */
    public record One(long from, long to) implements Selection {}

    /** Two parts or more, at most {@link ByteRange#MOST_RANGES}, as 206 multipart/byteranges. */
    public record Several(List<One> parts) implements Selection {}

    /** None of the ranges lies inside, as 416. */
    public record Unsatisfiable() implements Selection {
        private static final Unsatisfiable INSTANCE = new Unsatisfiable();
    }

    /**
     * Selects bytes of a complete stored response. Ranges that overlap or touch become one.
     *
     * @param length of the stored body
     */
    public static Selection select(RequestHead request, ResponseHead stored, long length) {
        return select(request, stored.status(), stored.fields(), length);
    }

    /** The same for the parts of a stored response. */
    public static Selection select(
            RequestHead request, int storedStatus, Fields stored, long length) {
        if (storedStatus != 200 || !request.method().equals("GET")) {
            return Whole.INSTANCE;
        }
        String range = request.fields().combined("Range");
        List<ByteRange> wanted = range == null ? null : ByteRange.parse(range);
        if (wanted == null || !conditionHolds(request.fields(), stored)) {
            return Whole.INSTANCE;
        }
        return select(wanted, length);
    }

    /** Selects bytes, conditions aside. */
    public static Selection select(List<ByteRange> wanted, long length) {
        List<One> parts = new ArrayList<>(wanted.size());
        for (ByteRange range : wanted) {
            if (range.isSuffix()) {
                if (length == 0 && range.last() > 0) {
                    return Whole.INSTANCE; // satisfiable, but no Content-Range can say so
                }
                add(parts, Math.max(0, length - range.last()), length);
            } else {
                long last = range.last() < 0 ? length - 1 : Math.min(range.last(), length - 1);
                add(parts, range.first(), last + 1);
            }
        }
        if (parts.isEmpty()) {
            return Unsatisfiable.INSTANCE;
        }
        List<One> merged = merge(parts);
        return merged.size() == 1 ? merged.getFirst() : new Several(merged);
    }

    private static void add(List<One> parts, long from, long to) {
        if (from < to) {
            parts.add(new One(from, to));
        }
    }

    private static List<One> merge(List<One> parts) {
        List<One> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingLong(One::from));
        List<One> merged = new ArrayList<>(sorted.size());
        for (One part : sorted) {
            One previous = merged.isEmpty() ? null : merged.getLast();
            if (previous != null && part.from() <= previous.to()) {
                merged.set(
                        merged.size() - 1,
                        new One(previous.from(), Math.max(previous.to(), part.to())));
            } else {
                merged.add(part);
            }
        }
        return merged.size() == parts.size() ? List.copyOf(parts) : List.copyOf(merged);
    }

    /**
     * If-Range: an entity tag compares strongly; a date must be exactly Last-Modified, and that a
     * strong validator (RFC 9110 §8.8.2.2): at least a second older than the response's Date.
     */
    private static boolean conditionHolds(Fields request, Fields stored) {
        String condition = request.first("If-Range");
        if (condition == null) {
            return true;
        }
        EntityTag wanted = EntityTag.parse(condition);
        if (wanted != null) {
            EntityTag current = EntityTag.parse(stored.first("ETag"));
            return current != null && wanted.strongEquals(current);
        }
        // The same date stands for every coding of the content, so it is no strong validator there.
        return condition.equals(stored.first("Last-Modified"))
                && isStrongDate(stored)
                && !stored.contains("Content-Encoding");
    }

    /** Whether the stored Last-Modified is a strong validator. */
    static boolean isStrongDate(Fields stored) {
        long date = HttpDate.parse(stored.first("Date"), 0);
        long modified = HttpDate.parse(stored.first("Last-Modified"), Math.max(0, date));
        return date != HttpDate.INVALID && modified != HttpDate.INVALID && date - modified >= 1000;
    }
}
