package dev.skerry.cache.engine;

import dev.skerry.cache.coding.Encoder;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.policy.CodedHead;
import dev.skerry.cache.policy.Compression;
import dev.skerry.cache.policy.ContentCoding;
import dev.skerry.cache.policy.VaryMatch;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EncodeRun} has to do.
 *
 * @param key under which the run is known while it is under way
 * @param storeKey under which the coded response is stored
 * @param bodyId of the content
 * @param source the content, which the run closes
 * @param length of the content, -1 when unknown
 * @param head of the coded response
 * @param toStore the head to be stored; null when the response is not stored either
 */
record EncodeTask(
        CacheKey key,
        CacheKey storeKey,
        long bodyId,
        Encoder encoder,
        Compression compression,
        BodyReader source,
        long length,
        ResponseHead head,
        @Nullable StoredHead toStore) {
    /** Marks a coded head that was stored before that of the response itself was known. */
    private static final long NEVER = Long.MIN_VALUE;

    /** What an answer takes to be coded; null when its body cannot be read from the beginning. */
    static @Nullable EncodeTask of(
            CacheKey storeKey,
            CacheKey key,
            Answer.Uncoded answer,
            Encoder encoder,
            Compression compression) {
        ResponseHead coded = CodedHead.of(head(answer), encoder.coding());
        StoredHead toStore = toStore(answer, coded);
        BodyReader source = source(answer);
        return source == null
                ? null
                : new EncodeTask(
                        key,
                        storeKey,
                        bodyId(answer),
                        encoder,
                        compression,
                        source,
                        length(answer),
                        coded,
                        toStore);
    }

    private static ResponseHead head(Answer.Uncoded answer) {
        return switch (answer) {
            case Answer.Stored stored -> stored.response().head().head();
            case Answer.Streaming streaming -> streaming.head();
        };
    }

    private static long length(Answer.Uncoded answer) {
        return switch (answer) {
            case Answer.Stored stored -> stored.response().bodyLength();
            case Answer.Streaming streaming -> streaming.announcedLength();
        };
    }

    private static @Nullable BodyReader source(Answer.Uncoded answer) {
        return switch (answer) {
            case Answer.Stored stored ->
                    stored.response().reader(0, stored.response().bodyLength());
            case Answer.Streaming streaming -> {
                GrowingBody body = streaming.body();
                yield body == null ? null : body.reader(0, Long.MAX_VALUE);
            }
        };
    }

    private static @Nullable StoredHead toStore(Answer.Uncoded answer, ResponseHead coded) {
        Stamp stamp =
                switch (answer) {
                    case Answer.Stored stored -> stored.response().head().stamp();
                    case Answer.Streaming streaming ->
                            streaming.willBeStored() ? new Stamp(0, 0, NEVER, 0, 0, 0, 0, 0) : null;
                };
        return stamp == null ? null : CodedStore.head(coded, stamp, bodyId(answer));
    }

    /** Names the content of an answer. */
    static long bodyId(Answer.Uncoded answer) {
        return switch (answer) {
            case Answer.Stored stored -> stored.response().bodyId();
            case Answer.Streaming streaming ->
                    streaming.body() == null ? 0 : streaming.body().bodyId();
        };
    }

    /** Where the coded response of an answer is stored. */
    static CacheKey storeKey(CacheRequest request, Answer.Uncoded answer, ContentCoding coding) {
        return switch (answer) {
            case Answer.Stored stored -> CodedKeys.of(request.key(), stored.response(), coding);
            case Answer.Streaming streaming -> {
                List<String> vary = VaryMatch.names(streaming.head().fields()).names();
                yield CodedKeys.of(
                        request.key(),
                        vary,
                        VaryMatch.selecting(request.head().fields(), vary),
                        coding);
            }
        };
    }
}
