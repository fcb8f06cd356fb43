package dev.skerry.cache.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.skerry.cache.coding.Encoder;
import dev.skerry.cache.coding.Encoders;
import dev.skerry.cache.coding.GzipEncoder;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.policy.Compression;
import dev.skerry.cache.policy.ContentCoding;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Coded responses in the store, and the limit of encodings. */
class CodedResponsesTest extends EngineScene {
    private static final Compression GZIP =
            new Compression(
                    List.of(ContentCoding.GZIP),
                    Map.of(ContentCoding.GZIP, 6),
                    1,
                    1 << 20,
                    type -> true);

    private final CacheEngine engine = engine(CacheEngine.Limits.DEFAULT);

    @Test
    void asManyBodiesAreCodedAtATimeAsMayBeAndTheNextIsSentAsItIs() throws Exception {
        Gate begin = gate("the encoders may begin");
        CodedResponses coded = coded(encodersBehind(begin), new CodedResponses.Limits(2, 2));
        upstream.plays(request -> page('a'));
        for (String target : List.of("/1", "/2", "/3")) {
            get(engine, target);
        }
        CompletableFuture<byte[]> first = body(coded, "/1");
        CompletableFuture<byte[]> second = body(coded, "/2");

        assertArrayEquals(bytes('a'), now(body(coded, "/3")));

        assertEquals(1, coded.counters().refused());
        assertEquals(2, coded.underWay());
        assertFalse(first.isDone() || second.isDone());
        begin.open();
        assertArrayEquals(bytes('a'), decoded(now(first)));
        assertArrayEquals(bytes('a'), decoded(now(second)));
        Await.until("both have ended", () -> coded.underWay() == 0);
        assertArrayEquals(bytes('a'), decoded(now(body(coded, "/3"))));
        assertEquals(1, coded.counters().refused());
    }

    @Test
    void aCodedBodyThatWasEvictedIsMadeAgainOfWhatIsStored() throws Exception {
        CodedResponses coded = coded(encoders(), new CodedResponses.Limits(2, 2));
        upstream.plays(request -> page('a'));
        get(engine, "/a");
        assertArrayEquals(bytes('a'), decoded(now(body(coded, "/a"))));

        // Before that, the next request would follow it rather than begin another.
        Await.until("the encoding has ended", () -> coded.underWay() == 0);
        CacheRequest request = request("/a", GZIP);
        StoredResponse plain = stored(request.key());
        CacheKey key = CodedKeys.of(request.key(), plain, ContentCoding.GZIP);
        store.remove(key, stored(key));

        assertArrayEquals(bytes('a'), decoded(now(body(coded, "/a"))));
        assertArrayEquals(bytes('a'), decoded(now(body(coded, "/a"))));
        assertEquals(2, coded.counters().encodings(ContentCoding.GZIP));
        assertEquals(1, upstream.requests().size());
    }

    @Test
    void aCodedBodyIsOfNoUseWhenWhatItWasMadeOfWasEvicted() throws Exception {
        CodedResponses coded = coded(encoders(), new CodedResponses.Limits(2, 2));
        upstream.plays(request -> page('a'));
        get(engine, "/a");
        assertArrayEquals(bytes('a'), decoded(now(body(coded, "/a"))));

        CacheRequest request = request("/a", GZIP);
        store.remove(request.key(), stored(request.key()));
        upstream.plays(any -> page('b'));
        get(engine, "/a");

        assertArrayEquals(bytes('b'), decoded(now(body(coded, "/a"))));
        assertEquals(2, coded.counters().encodings(ContentCoding.GZIP));
    }

    @Test
    void whoWaitsForAnEncodingThatCannotBeginIsSentTheBodyAsItIs() throws Exception {
        Queue<Runnable> begun = new ConcurrentLinkedQueue<>();
        AtomicInteger refusals = new AtomicInteger(1);
        Executor refusesOnce =
                run -> {
                    if (refusals.getAndDecrement() > 0) {
                        throw new RejectedExecutionException("played");
                    }
                    begun.add(run);
                };
        CodedResponses coded =
                coded(store, refusesOnce, encoders(), new CodedResponses.Limits(1, 1));
        upstream.plays(request -> page('a'));
        get(engine, "/a");

        assertArrayEquals(bytes('a'), now(body(coded, "/a")));

        assertEquals(0, coded.underWay());
        CompletableFuture<byte[]> next = body(coded, "/a");
        begun.remove().run();
        assertArrayEquals(bytes('a'), decoded(now(next)));
        assertEquals(0, coded.counters().refused());
    }

    @Test
    void whoWaitsForAnEncodingThatTheStoreHasNoBodyForIsSentTheBodyAsItIs() throws Exception {
        Queue<Runnable> begun = new ConcurrentLinkedQueue<>();
        CodedResponses coded =
                coded(failsToBegin(), begun::add, encoders(), new CodedResponses.Limits(1, 1));
        upstream.plays(request -> page('a'));
        get(engine, "/a");
        CompletableFuture<byte[]> first = body(coded, "/a");
        CompletableFuture<byte[]> second = body(coded, "/a");

        begun.remove().run();

        assertArrayEquals(bytes('a'), now(first));
        assertArrayEquals(bytes('a'), now(second));
        assertEquals(0, coded.underWay());
        CompletableFuture<byte[]> next = body(coded, "/a");
        begun.remove().run();
        assertArrayEquals(bytes('a'), decoded(now(next)));
        assertEquals(0, coded.counters().refused());
    }

    /** The store, but its first body is not to be had. */
    private ResponseStore failsToBegin() {
        AtomicInteger bodies = new AtomicInteger();
        return (ResponseStore)
                Proxy.newProxyInstance(
                        ResponseStore.class.getClassLoader(),
                        new Class<?>[] {ResponseStore.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("newBody")
                                    && bodies.getAndIncrement() == 0) {
                                throw new IllegalStateException("played");
                            }
                            return method.invoke(store, arguments);
                        });
    }

    private StoredResponse stored(CacheKey key) {
        return Objects.requireNonNull(store.find(key)).get(0);
    }

    /** What a client that takes gzip is sent of something that is stored. */
    private CompletableFuture<byte[]> body(CodedResponses coded, String target) {
        CacheRequest request = request(target, GZIP, "Accept-Encoding", "gzip");
        CompletableFuture<byte[]> later = new CompletableFuture<>();
        CodedResponses.Receiver receiver = answer -> later.complete(read(answer));
        engine.answer(
                request,
                answer -> {
                    Answer selected = coded.select(request, answer);
                    if (selected == null) {
                        coded.encode(request, answer, receiver);
                    } else {
                        receiver.take(selected);
                    }
                });
        return later;
    }

    /** Bodies are short: they are coded in one go, and then answered from the store. */
    private static byte[] read(Answer answer) {
        StoredResponse stored = ((Answer.Stored) answer).response();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (BodyReader reader = stored.reader(0, stored.bodyLength())) {
            for (ByteBuffer next = reader.next(); next != null; next = reader.next()) {
                while (next.hasRemaining()) {
                    bytes.write(next.get());
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            release(answer);
        }
        return bytes.toByteArray();
    }

    private static byte[] decoded(byte[] coded) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(coded))) {
            return in.readAllBytes();
        }
    }

    private static Upstream.Response page(char content) {
        return PlayedUpstream.response(
                200, bytes(content), "Cache-Control", "max-age=1000", "Content-Type", "text/css");
    }

    private static byte[] bytes(char content) {
        byte[] bytes = new byte[5000];
        Arrays.fill(bytes, (byte) content);
        return bytes;
    }

    private static Encoders encoders() {
        return new Encoders(List.of(new GzipEncoder()));
    }

    private static Encoders encodersBehind(Gate begin) {
        Encoder gzip = new GzipEncoder();
        return new Encoders(
                List.of(
                        new Encoder() {
                            @Override
                            public ContentCoding coding() {
                                return ContentCoding.GZIP;
                            }

                            @Override
                            public OutputStream open(OutputStream to, int level, long length)
                                    throws IOException {
                                try {
                                    begin.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                    throw new InterruptedIOException();
                                }
                                return gzip.open(to, level, length);
                            }
                        }));
    }
}
