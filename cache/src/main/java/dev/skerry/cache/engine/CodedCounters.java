package dev.skerry.cache.engine;

import dev.skerry.cache.policy.ContentCoding;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of the codings made here. */
public final class CodedCounters {
    private final Map<ContentCoding, OfCoding> codings = new EnumMap<>(ContentCoding.class);
    final LongAdder refused = new LongAdder();

    CodedCounters() {
        for (ContentCoding coding : ContentCoding.values()) {
            codings.put(coding, new OfCoding());
        }
    }

    static final class OfCoding {
        final LongAdder encodings = new LongAdder();
        final LongAdder failed = new LongAdder();
        final LongAdder useless = new LongAdder();
        final LongAdder bytesIn = new LongAdder();
        final LongAdder bytesOut = new LongAdder();
    }

    OfCoding of(ContentCoding coding) {
        return Objects.requireNonNull(codings.get(coding));
    }

    /** Encodings begun. */
    public long encodings(ContentCoding coding) {
        return of(coding).encodings.sum();
    }

    /** Encodings that did not reach their end. */
    public long failed(ContentCoding coding) {
        return of(coding).failed.sum();
    }

    /** Encodings whose result was hardly smaller, so that it is not used again. */
    public long useless(ContentCoding coding) {
        return of(coding).useless.sum();
    }

    /** Bytes that went into encodings. */
    public long bytesIn(ContentCoding coding) {
        return of(coding).bytesIn.sum();
    }

    /** Bytes that came out of them. */
    public long bytesOut(ContentCoding coding) {
        return of(coding).bytesOut.sum();
    }

    /** Answers sent as they were because as many encodings were under way as may be. */
    public long refused() {
        return refused.sum();
    }
}
