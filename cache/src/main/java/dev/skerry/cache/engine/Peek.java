package dev.skerry.cache.engine;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.policy.Freshness;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine would do with a request if it came now, and what that rests on.
 *
 * @param next what it would do
 * @param reason why the store alone would not answer; null when it would
 * @param applied the fleet's revision applied, in this node's numbers
 * @param need the highest hard revision that matches the request, tags aside (PURGE.md rule 3); 0
 *     for none
 * @param variants what is stored for the key, newest first
 * @param hitForMiss whether the key is remembered as one whose responses cannot be shared
 * @param failing whether upstream failed for the key a moment ago
 * @param fills fetches for the key that are under way
 */
public record Peek(
        Next next,
        @Nullable MissReason reason,
        long applied,
        long need,
        List<Variant> variants,
        boolean hitForMiss,
        boolean failing,
        int fills) {
    /** Copies the list. */
    public Peek {
        variants = List.copyOf(variants);
    }

    /** What an engine can do with a request. */
    public enum Next {
        HIT("The stored response would be sent; nobody would be asked."),
        STALE("The stored response would be sent, and one request would refresh it behind."),
        STALE_IF_ERROR("The stored response would be sent: upstream failed a moment ago."),
        REVALIDATE("Upstream would be asked whether the stored response still holds."),
        VALIDATE_VARIANTS("Upstream would be asked whether one of the stored variants will do."),
        REFETCH("The stored response would be fetched anew: it has nothing to be validated by."),
        COLLAPSE("The request would wait for a fetch that is under way, and share its answer."),
        COMPLETE("Upstream would be asked for the bytes that are missing."),
        FETCH("Upstream would be asked, and the answer stored if it allows that."),
        FETCH_ALONE("Upstream would be asked for this request alone."),
        ONLY_IF_CACHED(
                "The answer would be 504: the request wants what is stored, and nothing will do."),
        PASS("The request would go past the cache.");

        private final String sentence;

        Next(String sentence) {
            this.sentence = sentence;
        }

        /** What would happen, for people. */
        public String sentence() {
            return sentence;
        }
    }

    /**
     * A stored response.
     *
     * @param chosen whether it is the one that the request selects
     * @param matches whether the request's fields select it
     * @param bodyBytes the complete length
     * @param parts the bytes that are stored, in order; empty when all are
     * @param ageMillis its current age
     * @param lifetimeMillis fresh while its age is below
     * @param source what decided the lifetime
     * @param judgement what the ledgers say
     * @param softForMillis how long soft purges have made it stale; 0 unless judged so
     * @param purges what has been purged that matches it, whether it was born before or after
     */
    public record Variant(
            boolean chosen,
            boolean matches,
            int status,
            long bodyBytes,
            List<Extent> parts,
            FieldList fields,
            List<String> vary,
            FieldList selecting,
            List<String> tags,
            long bornAt,
            long bornAtLocal,
            long ageMillis,
            long lifetimeMillis,
            Freshness.Source source,
            long staleWhileRevalidateMillis,
            long staleIfErrorMillis,
            boolean mustRevalidate,
            boolean alwaysRevalidate,
            boolean staleUpstream,
            Judgement judgement,
            long softForMillis,
            List<Purged> purges) {
        /** Copies the lists. */
        public Variant {
            parts = List.copyOf(parts);
            vary = List.copyOf(vary);
            tags = List.copyOf(tags);
            purges = List.copyOf(purges);
        }
    }

    /**
     * The latest purge of one name.
     *
     * @param what such as {@code tag news}; {@code an invalidation} for one of the node's own (RFC
     *     9111 §4.4)
     * @param revision in the order that it belongs to
     * @param local whether that is the node's own order
     */
    public record Purged(String what, Mode mode, long revision, boolean local) {}
}
