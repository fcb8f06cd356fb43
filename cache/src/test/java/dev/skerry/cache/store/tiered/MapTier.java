package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A lower tier in a map, which does what its test says and counts what is held of it. */
final class MapTier implements LowerTier {
    static final int INLINE = 4 << 10;

    private final Map<CacheKey, Map<List<Object>, Stored>> keys = new HashMap<>();
    private final Executor threads;
    private int used;
    private int writes;

    /** Whether a write is taken. */
    volatile BooleanSupplier takes = () -> true;

    /** Whether a look would have to wait. */
    volatile BooleanSupplier waits = () -> false;

    /** Whether a read of a body fails. */
    volatile boolean broken;

    /** Runs between a look and what is made of it. */
    volatile Runnable onLook = () -> {};

    /** To be told of keys whose bytes have left. */
    volatile Consumer<CacheKey> left = key -> {};

    /** Whether the places of all bodies were given up. */
    volatile boolean moved;

    /** How many bodies were begun, and how many of them are open. */
    final AtomicInteger spills = new AtomicInteger();

    final AtomicInteger openSpills = new AtomicInteger();

    /** Whether writing down goes wrong. */
    volatile boolean full;

    /** References of bodies that others hold. */
    final AtomicInteger held = new AtomicInteger();

    MapTier(Executor threads) {
        this.threads = threads;
    }

    private record Stored(StoredHead head, long bodyId, long length, List<Run> runs) {}

    /** Bytes at their place; the buffer never moves. */
    private record Run(long from, ByteBuffer bytes) {
        long to() {
            return from + bytes.capacity();
        }
    }

    synchronized int used() {
        return used;
    }

    synchronized int writes() {
        return writes;
    }

    /** The newest head of a key; null for none. */
    synchronized @Nullable StoredHead head(CacheKey key) {
        Map<List<Object>, Stored> variants = keys.get(key);
        return variants == null ? null : List.copyOf(variants.values()).getLast().head();
    }

    synchronized int count() {
        return keys.values().stream().mapToInt(Map::size).sum();
    }

    /** Loses all that is stored under a key. */
    synchronized void lose(CacheKey key) {
        keys.remove(key);
    }

    @Override
    public synchronized boolean mayHold(CacheKey key) {
        return keys.containsKey(key);
    }

    @Override
    public Look tryLoad(CacheKey key, LoadSink sink) {
        if (waits.getAsBoolean()) {
            return Look.WOULD_WAIT;
        }
        look(key, sink);
        return Look.DONE;
    }

    @Override
    public void load(CacheKey key, LoadSink sink, Runnable then) {
        threads.execute(() -> {
            look(key, sink);
            then.run();
        });
    }

    private void look(CacheKey key, LoadSink sink) {
        List<Stored> found = new ArrayList<>();
        synchronized (this) {
            found.addAll(keys.getOrDefault(key, Map.of()).values());
        }
        onLook.run();
        for (Stored stored : found.reversed()) {
            Body body = new Body(stored.runs());
            ByteBuffer head = ByteBuffer.wrap(HeadCodec.encode(stored.head()));
            sink.found(
                    head, stored.bodyId(), stored.length(), body.inlineOf(stored.length()), body);
            body.release();
        }
    }

    @Override
    public synchronized boolean holds(CacheKey key, StoredResponse response) {
        Stored stored = keys.getOrDefault(key, Map.of()).get(variant(response.head()));
        return stored != null
                && stored.bodyId() == response.bodyId()
                && stored.head().stamp().bornAt() == response.bornAt()
                && stored.head().stamp().receivedMillis() == response.receivedMillis();
    }

    @Override
    public boolean write(
            CacheKey key,
            StoredHead head,
            long bodyId,
            long length,
            List<Part> parts,
            boolean isUsed) {
        List<Run> runs = new ArrayList<>();
        for (Part part : parts) {
            runs.add(new Run(part.extent().from(), read(part)));
            close(part);
        }
        boolean taken = takes.getAsBoolean();
        synchronized (this) {
            writes++;
            Map<List<Object>, Stored> variants =
                    keys.computeIfAbsent(key, k -> new LinkedHashMap<>());
            variants.remove(variant(head));
            if (taken) {
                variants.put(variant(head), new Stored(head, bodyId, length, runs));
            }
            if (variants.isEmpty()) {
                keys.remove(key);
            }
        }
        return taken;
    }

    @Override
    public synchronized void used(CacheKey key) {
        used++;
    }

    @Override
    public synchronized void remove(CacheKey key, StoredHead variant) {
        Map<List<Object>, Stored> variants = keys.get(key);
        if (variants != null) {
            variants.remove(variant(variant));
            if (variants.isEmpty()) {
                keys.remove(key);
            }
        }
    }

    @Override
    public void onLeft(Consumer<CacheKey> told) {
        left = told;
    }

    @Override
    public @Nullable Spill spill(CacheKey key, KeyName name, long from, long expectedLength) {
        spills.incrementAndGet();
        return takes.getAsBoolean() ? new MapSpill(from) : null;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}

    /** Written on the tier's threads, two pieces behind its writer at most. */
    private final class MapSpill implements Spill {
        private final List<Run> runs = new CopyOnWriteArrayList<>();
        private final Semaphore queue = new Semaphore(2);
        private final AtomicReference<@Nullable Runnable> wake = new AtomicReference<>();
        private volatile boolean failed;
        private volatile long written;
        private final long start;
        private long appended;

        MapSpill(long start) {
            this.start = start;
            openSpills.incrementAndGet();
        }

        @Override
        public void append(MemoryPart bytes, int length) throws IOException {
            if (failed) {
                bytes.close();
                throw new IOException("the device is full");
            }
            queue.acquireUninterruptibly();
            long from = appended;
            appended += length;
            threads.execute(() -> {
                write(bytes, from, length);
                queue.release();
                Runnable news = wake.getAndSet(null);
                if (news != null) {
                    news.run();
                }
            });
        }

        private void write(MemoryPart bytes, long from, int length) {
            failed |= full;
            if (!failed) {
                runs.add(new Run(start + from, read(bytes.reader(), length)));
                written = from + length;
            }
            bytes.close();
        }

        @Override
        public long written() {
            return written;
        }

        @Override
        public void onWritten(Runnable news) {
            wake.set(news);
            if (failed) {
                Runnable late = wake.getAndSet(null);
                if (late != null) {
                    late.run();
                }
            }
        }

        @Override
        public OutsideBody body() {
            return new Body(List.copyOf(runs));
        }

        @Override
        public void close() {
            openSpills.decrementAndGet();
        }
    }

    private static List<Object> variant(StoredHead head) {
        return List.of(head.vary(), pairs(head.selecting()));
    }

    private static List<String> pairs(FieldList fields) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            pairs.add(fields.name(i));
            pairs.add(fields.value(i));
        }
        return pairs;
    }

    private static ByteBuffer read(Part part) {
        return read(
                part.memory() != null
                        ? part.memory().reader()
                        : outside(part).reader(part.extent().from(), part.extent().to()),
                (int) part.extent().length());
    }

    private static ByteBuffer read(BodyReader from, int length) {
        ByteBuffer into = ByteBuffer.allocate(length);
        try (BodyReader reader = from) {
            for (ByteBuffer next = reader.next(); next != null; next = reader.next()) {
                into.put(next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertTrue(!into.hasRemaining(), "a part is shorter than it says");
        return into.clear();
    }

    private static OutsideBody outside(Part part) {
        if (part.outside() == null) {
            throw new AssertionError("a part is nowhere");
        }
        return part.outside();
    }

    private static void close(Part part) {
        if (part.memory() != null) {
            part.memory().close();
        } else {
            outside(part).release();
        }
    }

    private final class Body implements OutsideBody {
        private final List<Run> runs;
        private final AtomicInteger references = new AtomicInteger(1);

        Body(List<Run> runs) {
            this.runs = runs;
            held.incrementAndGet();
        }

        @Nullable ByteBuffer inlineOf(long length) {
            if (length == 0) {
                return ByteBuffer.allocate(0);
            }
            boolean whole = runs.size() == 1 && runs.getFirst().to() == length;
            return whole && length <= INLINE ? runs.getFirst().bytes().duplicate() : null;
        }

        @Override
        public List<Extent> extents() {
            List<Extent> extents = new ArrayList<>();
            for (Run run : runs) {
                Extent last = extents.isEmpty() ? null : extents.getLast();
                if (last != null && last.to() == run.from()) {
                    extents.set(extents.size() - 1, new Extent(last.from(), run.to()));
                } else {
                    extents.add(new Extent(run.from(), run.to()));
                }
            }
            return extents;
        }

        @Override
        public BodyReader reader(long from, long to) {
            byte[] bytes = new byte[(int) (to - from)];
            long missing = to - from;
            for (Run run : runs) {
                long start = Math.max(from, run.from());
                long end = Math.min(to, run.to());
                if (start < end) {
                    run.bytes()
                            .get(
                                    (int) (start - run.from()),
                                    bytes,
                                    (int) (start - from),
                                    (int) (end - start));
                    missing -= end - start;
                }
            }
            if (missing > 0) {
                throw new IndexOutOfBoundsException(from + " to " + to);
            }
            retain();
            return new Reader(this, bytes);
        }

        @Override
        public boolean hasLeft() {
            return moved;
        }

        @Override
        public void retain() {
            assertTrue(references.getAndIncrement() > 0, "retained after the last release");
            held.incrementAndGet();
        }

        @Override
        public void release() {
            assertTrue(references.getAndDecrement() > 0, "released too often");
            held.decrementAndGet();
        }
    }

    private final class Reader implements BodyReader {
        private final Body body;
        private final byte[] bytes;
        private ByteBuffer chunk;
        private boolean closed;

        Reader(Body body, byte[] bytes) {
            this.body = body;
            this.bytes = bytes;
            this.chunk = ByteBuffer.wrap(bytes, 0, Math.min(1000, bytes.length));
        }

        @Override
        public long remaining() {
            return (long) bytes.length - chunk.position();
        }

        @Override
        public @Nullable ByteBuffer next() throws IOException {
            if (broken) {
                throw new IOException("the device is broken");
            }
            if (!chunk.hasRemaining()) {
                int at = chunk.position();
                chunk = ByteBuffer.wrap(bytes, at, Math.min(1000, bytes.length - at));
            }
            return chunk.hasRemaining() ? chunk : null;
        }

        @Override
        public boolean ended() {
            return remaining() == 0;
        }

        @Override
        public void onReadable(Runnable wake) {
            wake.run();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                body.release();
            }
        }
    }
}
