package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.policy.CodedHead;
import dev.skerry.cache.policy.ContentCoding;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Coded responses as a store keeps them: under keys of their own ({@link CodedKeys}), each naming
 * the body that it was made of. An empty one says that the coding was tried and is not worth it.
 */
final class CodedStore {
    private final ResponseStore store;

    CodedStore(ResponseStore store) {
        this.store = store;
    }

    /** A body to be filled. */
    GrowingBody newBody(boolean toBeStored) {
        return store.newBody(-1, toBeStored);
    }

    /** Puts a coded response in the place of the last generation's. */
    void put(CacheKey key, StoredHead head, GrowingBody body) {
        store.put(key, head, body, 1);
    }

    /** Remembers that the coding is not worth it. */
    void putUseless(CacheKey key, StoredHead head) {
        GrowingBody nothing = store.newBody(0, true);
        nothing.complete();
        put(key, head, nothing);
        nothing.release();
    }

    /** The coded response of a body with a reference, or null. */
    @Nullable StoredResponse find(CacheKey key, long bodyId) {
        Variants found = store.find(key);
        if (found == null) {
            return null;
        }
        StoredResponse coded = found.get(0);
        if (!coded.retain()) {
            return null;
        }
        if (madeOf(coded) == bodyId) {
            return coded;
        }
        coded.release();
        return null;
    }

    /**
     * A coded response with the head that the response itself has now. Gives the reference back
     * when it returns another one, or null: no room for a head.
     */
    @Nullable StoredResponse withCurrentHead(
            CacheKey key, StoredResponse coded, StoredResponse response, ContentCoding coding) {
        if (coded.receivedMillis() == response.receivedMillis()
                && coded.initialAgeMillis() == response.initialAgeMillis()
                && coded.lifetimeMillis() == response.lifetimeMillis()) {
            return coded;
        }
        StoredHead head = response.head();
        StoredResponse current =
                store.freshen(
                        key,
                        coded,
                        head(CodedHead.of(head.head(), coding), head.stamp(), response.bodyId()));
        coded.release();
        return current;
    }

    /** The head of a coded response, with the freshness of the response itself. */
    static StoredHead head(ResponseHead coded, Stamp of, long bodyId) {
        Stamp stamp =
                new Stamp(
                        0,
                        bodyId,
                        of.receivedMillis(),
                        of.initialAgeMillis(),
                        of.lifetimeMillis(),
                        of.staleWhileRevalidateMillis(),
                        of.staleIfErrorMillis(),
                        of.flags());
        return new StoredHead(coded, List.of(), FieldList.EMPTY, List.of(), stamp, null);
    }

    /** The body that a coded response was made of; later ones have higher ids, and replace it. */
    private static long madeOf(StoredResponse coded) {
        return coded.bornAtLocal();
    }
}
