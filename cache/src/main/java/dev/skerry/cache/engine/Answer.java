package dev.skerry.cache.engine;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request is answered from. */
public sealed interface Answer {
    /** How it came about. */
    CacheOutcome outcome();

    /** Why the store alone could not answer; null for a hit. */
    @Nullable MissReason reason();

    /** An answer with the response as the origin sent it. */
    sealed interface Uncoded extends Answer {}

    /**
     * The same answer with its content coded here, by an encoding that may be still under way.
     *
     * @param uncoded the answer that it is made of, with the references that the receiver gives
     *     back
     * @param head of the coded response
     * @param reader of the coded bytes, which the receiver owns and closes; null for a HEAD
     * @param length of the coded bytes, -1 while it is unknown
     */
    record Coded(Uncoded uncoded, ResponseHead head, @Nullable BodyReader reader, long length)
            implements Answer {
        @Override
        public CacheOutcome outcome() {
            return uncoded.outcome();
        }

        @Override
        public @Nullable MissReason reason() {
            return uncoded.reason();
        }
    }

    /**
     * A stored response. The receiver owns one reference and releases it.
     *
     * @param ageMillis current age (RFC 9111 §4.2.3)
     * @param fetch what upstream had to do with it, null when it was not asked
     * @param tier where it was found, or where the body lies if that is below
     */
    record Stored(
            StoredResponse response,
            CacheOutcome outcome,
            @Nullable MissReason reason,
            long ageMillis,
            @Nullable Fetch fetch,
            Tier tier)
            implements Uncoded {
        /** Whether its lifetime is a guess (RFC 9111 §4.2.2). */
        public boolean heuristic() {
            return StampFlags.has(response.flags(), StampFlags.HEURISTIC);
        }
    }

    /**
     * A response that is being received.
     *
     * @param head status and end-to-end fields for the client, {@code Age} as upstream sent it
     * @param body the bytes as they come; null when the response has none by its nature (HEAD, 204,
     *     304)
     * @param reader a reader of the whole body, which the receiver owns and closes
     * @param part where the body lies in the representation, which {@code head} is then the head
     *     of; null for the whole, or a part that cannot be placed
     * @param announcedLength the body's length by its framing, -1 when unknown
     * @param notStored why the response may not be stored; null when it may
     * @param willBeStored whether the response goes into the store when it is whole
     * @param bornAt the fleet's revision that it stands for
     * @param ageMillis its age: when its head came, or when who follows it joined
     * @param stale whether a shield said that it was stale
     * @param tags what it can be purged by
     */
    record Streaming(
            ResponseHead head,
            @Nullable GrowingBody body,
            @Nullable BodyReader reader,
            @Nullable ContentRange part,
            long announcedLength,
            CacheOutcome outcome,
            @Nullable MissReason reason,
            @Nullable MissReason notStored,
            boolean willBeStored,
            long bornAt,
            long ageMillis,
            boolean stale,
            List<String> tags,
            Fetch fetch)
            implements Uncoded {}

    /**
     * Upstream failed and nothing stored may be served instead.
     *
     * @param unvalidated whether something is stored that would have had to be validated
     */
    record Failed(UpstreamFailure failure, boolean unvalidated, @Nullable MissReason reason)
            implements Answer {
        /** The status code for the client. */
        public int status() {
            return unvalidated ? failure.kind().statusUnvalidated() : failure.kind().status();
        }

        @Override
        public CacheOutcome outcome() {
            return CacheOutcome.ERROR;
        }
    }

    /**
     * The request wants a stored response only, and none will do (RFC 9111 §5.2.1.7).
     *
     * @param reason why not
     */
    record NotCached(MissReason reason) implements Answer {
        @Override
        public CacheOutcome outcome() {
            return CacheOutcome.LOCAL;
        }
    }

    /**
     * Upstream's part in an answer, for logs.
     *
     * @param peer who answered; null when nobody did
     * @param status 0 when it failed
     * @param millis until its head was there, or the failure
     */
    record Fetch(@Nullable String peer, int status, long millis) {}
}
