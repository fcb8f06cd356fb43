package dev.skerry.cache.store.memory;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import dev.skerry.testkit.PatternBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Responses whose every byte tells which response it belongs to. */
public final class Sample {
    private Sample() {}

    public static CacheKey key(long number) {
        return new CacheKey(number * 0x9E3779B97F4A7C15L, number);
    }

    public static byte[] bytes(long seed, int length) {
        return PatternBytes.range(seed, 0, length);
    }

    /** A head that carries the body's seed in a field and in its numbers. */
    public static StoredHead head(long seed, long bornAt, String... selecting) {
        FieldList fields =
                FieldList.of("content-type", "text/plain", "etag", "\"" + seed + "\"", "x", "é");
        FieldList selected = FieldList.of(selecting);
        List<String> vary = selected.size() == 0 ? List.of() : List.of(selected.name(0));
        Stamp stamp = new Stamp(bornAt, bornAt, seed, 2, 3, 4, 5, 6);
        return new StoredHead(
                new ResponseHead(200, fields), vary, selected, List.of("tag-ü", "b"), stamp, NAME);
    }

    public static final KeyName NAME = new KeyName("site", "http", "example.org", "/ü?a=b");

    public static GrowingBody filled(ResponseStore store, long seed, int length)
            throws IOException {
        GrowingBody body = store.newBody(length, true);
        body.append(ByteBuffer.wrap(bytes(seed, length)));
        body.complete();
        return body;
    }

    /** Fills, stores and lets go. */
    public static PutResult put(
            ResponseStore store, CacheKey key, StoredHead head, long seed, int length)
            throws IOException {
        GrowingBody body = filled(store, seed, length);
        PutResult result = store.put(key, head, body, Integer.MAX_VALUE);
        body.release();
        return result;
    }

    /** The response at {@code index}, with a reference for the caller. */
    public static StoredResponse held(ResponseStore store, CacheKey key, int index) {
        Variants variants = Objects.requireNonNull(store.find(key), "a miss");
        StoredResponse response = variants.get(index);
        if (!response.retain()) {
            throw new AssertionError("retained too late");
        }
        return response;
    }

    /** Everything that is there now. */
    public static byte[] drain(BodyReader reader) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer next = reader.next(); next != null; next = reader.next()) {
            byte[] chunk = new byte[next.remaining()];
            next.get(chunk);
            out.writeBytes(chunk);
        }
        return out.toByteArray();
    }

    /** Everything up to the failure, which must come. */
    public static byte[] drainUntilFailure(BodyReader reader) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            for (ByteBuffer next = reader.next(); next != null; next = reader.next()) {
                byte[] chunk = new byte[next.remaining()];
                next.get(chunk);
                out.writeBytes(chunk);
            }
        } catch (IOException expected) {
            return out.toByteArray();
        }
        throw new AssertionError("no failure");
    }

    public static byte[] read(StoredResponse response) throws IOException {
        try (BodyReader reader = response.reader(0, response.bodyLength())) {
            return drain(reader);
        }
    }

    /** The seed in the head of the newest response under a key, having verified its body. */
    public static long read(ResponseStore store, CacheKey key) throws IOException {
        StoredResponse response = held(store, key, 0);
        try {
            return verified(response);
        } finally {
            response.release();
        }
    }

    /** The seed in the head of a response, having verified its body. */
    public static long verified(StoredResponse response) throws IOException {
        long seed = response.receivedMillis();
        if (!Arrays.equals(bytes(seed, (int) response.bodyLength()), read(response))) {
            throw new AssertionError("not the bytes of " + seed);
        }
        return seed;
    }
}
