package dev.skerry.cache.engine;

import dev.skerry.cache.http.ByteRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.MissingBytes;
import dev.skerry.cache.policy.PartCombining;
import dev.skerry.cache.policy.RangeSelection;
import dev.skerry.cache.store.StoredResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a representation a fetch asks for. */
sealed interface Slice {
    /**
     * How far behind a fill's end a range may begin and still wait for it rather than be fetched by
     * itself.
     */
    long PATIENCE_BYTES = 1 << 20;

    /**
     * As many holes are asked for one by one, each a request of its own; with more of them all that
     * is wanted is asked for at once, bytes that are stored included.
     */
    int MOST_HOLES = 4;

    /** The fields that ask for it. */
    FieldList fields();

    /**
     * Whether a request may wait for the head, as far as can be said before it is there: nothing
     * that it asks for is certain to be missing, or to come late.
     */
    boolean suits(RequestHead request);

    /** All of it. */
    record Whole() implements Slice {
        private static final Whole INSTANCE = new Whole();

        @Override
        public FieldList fields() {
            return FieldList.EMPTY;
        }

        @Override
        public boolean suits(RequestHead request) {
            return comesSoon(request, 0);
        }
    }

    /**
     * What a client asked for, word for word.
     *
     * @param ranges as parsed
     */
    record Asked(String range, @Nullable String ifRange, List<ByteRange> ranges) implements Slice {
        @Override
        public FieldList fields() {
            FieldList.Builder fields = FieldList.builder().add("Range", range);
            return (ifRange == null ? fields : fields.add("If-Range", ifRange)).build();
        }

        @Override
        public boolean suits(RequestHead request) {
            List<ByteRange> wanted = ByteRange.parse(request.fields().combined("Range"));
            return wanted != null
                    && wanted.size() == 1
                    && ranges.size() == 1
                    && covers(ranges.getFirst(), wanted.getFirst());
        }

        /** Whether one range lies in another whatever the length of the representation. */
        private static boolean covers(ByteRange asked, ByteRange wanted) {
            if (asked.isSuffix() || wanted.isSuffix()) {
                return asked.isSuffix() && wanted.isSuffix() && wanted.last() <= asked.last();
            }
            return asked.first() <= wanted.first()
                    && (asked.last() < 0 || (wanted.last() >= 0 && wanted.last() <= asked.last()));
        }
    }

    /**
     * What is missing between stored bytes, on condition that they are still of the same
     * representation (RFC 9110 §13.1.5).
     *
     * @param stored the head of the representation
     * @param validator a strong one
     */
    record Holes(
            ResponseHead stored, long length, Extent wanted, List<Extent> holes, String validator)
            implements Slice {
        @Override
        public FieldList fields() {
            return fields(holes.getFirst());
        }

        /** The fields that ask for one of the holes, or for what is left of it. */
        FieldList fields(Extent hole) {
            return FieldList.of("Range", range(hole, length), "If-Range", validator);
        }

        @Override
        public boolean suits(RequestHead request) {
            return switch (RangeSelection.select(request, stored, length)) {
                case RangeSelection.Whole whole -> wanted.length() == length;
                case RangeSelection.One one ->
                        wanted.covers(new Extent(one.from(), one.to()))
                                && one.from() - wanted.from() <= PATIENCE_BYTES;
                case RangeSelection.Several several -> false;
                case RangeSelection.Unsatisfiable none -> true;
            };
        }
    }

    /**
     * The end of what is stored only to its middle, without a validator: whoever answers with all
     * of it gives what was wanted; what answers with a part gives nothing that could be used.
     */
    record Rest(Extent hole, long length) implements Slice {
        @Override
        public FieldList fields() {
            return FieldList.of("Range", range(hole, length));
        }

        @Override
        public boolean suits(RequestHead request) {
            return comesSoon(request, 0);
        }
    }

    /**
     * What to ask for.
     *
     * @param base what is stored and matches, null when nothing does
     * @param mayValidate whether upstream may be asked by the validator of {@code base} (PURGE.md
     *     rule 9)
     */
    static Slice of(RequestHead request, @Nullable StoredResponse base, boolean mayValidate) {
        if (base == null) {
            return asked(request);
        }
        if (base.isWhole()) {
            return Whole.INSTANCE;
        }
        ResponseHead stored = base.head().head();
        long length = base.bodyLength();
        if (!(MissingBytes.of(request, stored, length, base.extents())
                instanceof MissingBytes.Holes missing)) {
            return asked(request);
        }
        String validator = mayValidate ? PartCombining.validator(stored.fields()) : null;
        if (validator != null && missing.holes().size() <= MOST_HOLES) {
            return new Holes(stored, length, missing.wanted(), missing.holes(), validator);
        }
        Extent last = missing.holes().getLast();
        boolean endMissing =
                missing.wanted().length() == length
                        && missing.holes().size() == 1
                        && last.from() > 0
                        && last.to() == length;
        return endMissing ? new Rest(last, length) : asked(request);
    }

    /** What a request asks for, if nothing is stored. */
    static Slice asked(RequestHead request) {
        String range = request.fields().combined("Range");
        List<ByteRange> ranges = range == null ? null : ByteRange.parse(range);
        if (range == null
                || ranges == null
                || wantsAll(ranges)
                || !request.method().equals("GET")) {
            return Whole.INSTANCE;
        }
        return new Asked(range, request.fields().first("If-Range"), ranges);
    }

    /** All of the representation. */
    static Slice whole() {
        return Whole.INSTANCE;
    }

    /** Whether a request can be answered from a body that has grown so far. */
    static boolean comesSoon(RequestHead request, long written) {
        List<ByteRange> wanted = ByteRange.parse(request.fields().combined("Range"));
        if (wanted == null) {
            return true;
        }
        ByteRange range = wanted.getFirst();
        return wanted.size() == 1 && !range.isSuffix() && range.first() <= written + PATIENCE_BYTES;
    }

    /** {@code bytes=0-} is how browsers begin with a medium: it asks for everything. */
    private static boolean wantsAll(List<ByteRange> ranges) {
        return ranges.size() == 1 && ranges.getFirst().first() == 0 && ranges.getFirst().last() < 0;
    }

    private static String range(Extent hole, long length) {
        return "bytes="
                + hole.from()
                + '-'
                + (hole.to() == length ? "" : Long.toString(hole.to() - 1));
    }
}
