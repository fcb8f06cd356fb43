package dev.skerry.cache.policy;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;

/** Which of the bytes that a request asks for are not stored? RFC 9111 §3.3, RFC 9110 §14.2. */
public final class MissingBytes {
    private MissingBytes() {}

    /** What is missing. */
    public sealed interface Missing {}

    /** Nothing: the stored bytes answer, or none are asked for (HEAD, 304, 416). */
    public record Nothing() implements Missing {
        private static final Nothing INSTANCE = new Nothing();
    }

    /**
     * Some of the bytes in a row that are asked for.
     *
     * @param wanted all that are asked for
     * @param holes those of them that are not stored, in order, at least one
     */
    public record Holes(Extent wanted, List<Extent> holes) implements Missing {}

    /** Several ranges are asked for, and not all of them are stored. */
    public record Scattered() implements Missing {
        private static final Scattered INSTANCE = new Scattered();
    }

    /**
     * Compares what a request asks for with what is stored.
     *
     * @param stored the head of the representation
     * @param length its complete length
     * @param held the stored extents, in order, with a gap between any two
     */
    public static Missing of(
            RequestHead request, ResponseHead stored, long length, List<Extent> held) {
        if (!request.method().equals("GET") || isNotModified(request, stored)) {
            return Nothing.INSTANCE;
        }
        return switch (RangeSelection.select(request, stored, length)) {
            case RangeSelection.Whole whole -> missing(new Extent(0, length), held);
            case RangeSelection.One one -> missing(new Extent(one.from(), one.to()), held);
            case RangeSelection.Several several ->
                    several.parts().stream()
                                    .allMatch(part ->
                                            covers(held, new Extent(part.from(), part.to())))
                            ? Nothing.INSTANCE
                            : Scattered.INSTANCE;
            case RangeSelection.Unsatisfiable none -> Nothing.INSTANCE;
        };
    }

    /** What of {@code wanted} lies in none of the extents. */
    public static List<Extent> holes(Extent wanted, List<Extent> held) {
        List<Extent> holes = new ArrayList<>();
        long at = wanted.from();
        for (Extent extent : held) {
            if (extent.to() <= at || extent.from() >= wanted.to()) {
                continue;
            }
            if (extent.from() > at) {
                holes.add(new Extent(at, extent.from()));
            }
            at = extent.to();
        }
        if (at < wanted.to()) {
            holes.add(new Extent(at, wanted.to()));
        }
        return List.copyOf(holes);
    }

    private static Missing missing(Extent wanted, List<Extent> held) {
        List<Extent> holes = holes(wanted, held);
        return holes.isEmpty() ? Nothing.INSTANCE : new Holes(wanted, holes);
    }

    private static boolean isNotModified(RequestHead request, ResponseHead stored) {
        return Conditionals.isConditional(request.fields())
                && Conditionals.evaluate(request, stored.status(), stored.fields())
                        == Conditionals.Outcome.NOT_MODIFIED;
    }

    private static boolean covers(List<Extent> held, Extent wanted) {
        return held.stream().anyMatch(extent -> extent.covers(wanted));
    }
}
