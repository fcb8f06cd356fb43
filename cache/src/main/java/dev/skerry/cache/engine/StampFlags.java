package dev.skerry.cache.engine;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Codable;
import dev.skerry.cache.policy.CodedHead;
import dev.skerry.cache.policy.Compression;
import dev.skerry.cache.policy.Freshness;
import org.jspecify.annotations.Nullable;

/**
 * The bits of {@link dev.skerry.cache.store.Stamp#flags}: what of a response's freshness is not a
 * number.
 */
final class StampFlags {
    /** must-revalidate, proxy-revalidate or s-maxage: never stale (RFC 9111 §4.2.4). */
    static final int MUST_REVALIDATE = 1;

    /** no-cache: never without validation (RFC 9111 §5.2.2.4). */
    static final int ALWAYS_REVALIDATE = 2;

    /** immutable (RFC 8246). */
    static final int IMMUTABLE = 4;

    /** The lifetime is heuristic (RFC 9111 §4.2.2). */
    static final int HEURISTIC = 8;

    /** A shield said that it was stale already: its life is never extended here. */
    static final int STALE_UPSTREAM = 16;

    /** It carries tags: only then are they decoded when a purge is judged. */
    static final int TAGGED = 32;

    /** Its content may be coded here. */
    static final int CODABLE = 64;

    /** It says itself that it varies by Accept-Encoding, or by everything. */
    static final int VARIES_BY_CODING = 128;

    private StampFlags() {}

    static int of(Freshness freshness, boolean staleUpstream, boolean tagged, int coding) {
        return (freshness.mustRevalidate() ? MUST_REVALIDATE : 0)
                | (freshness.alwaysRevalidate() ? ALWAYS_REVALIDATE : 0)
                | (freshness.immutable() ? IMMUTABLE : 0)
                | (freshness.source() == Freshness.Source.HEURISTIC ? HEURISTIC : 0)
                | (staleUpstream ? STALE_UPSTREAM : 0)
                | (tagged ? TAGGED : 0)
                | coding;
    }

    /** The bits that say what may be done about the content's coding. */
    static int coding(ResponseHead head, @Nullable Compression compression) {
        if (compression == null || !Codable.isCodable(head, compression)) {
            return 0;
        }
        return CodedHead.saysVary(head.fields()) ? CODABLE | VARIES_BY_CODING : CODABLE;
    }

    static boolean has(int flags, int bit) {
        return (flags & bit) != 0;
    }
}
