package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier.MemoryPart;
import dev.skerry.cache.store.LowerTier.Part;
import dev.skerry.cache.store.OutsideBody;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.WitnessDevice;
import dev.skerry.cache.store.disk.index.PlainMemory;
import dev.skerry.cache.store.head.HeadCodec;
import dev.skerry.testkit.PatternBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A disk tier over a device, with responses whose every byte tells which response it is of. */
final class DiskScene implements AutoCloseable {
    static final int SEGMENT = 4 << 20;
    static final int BYTES = 16 * SEGMENT;

    private static final long PATIENCE_MILLIS = 30_000;

    final AtomicLong mono = new AtomicLong(1_000_000);
    final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    final PlainMemory memory = new PlainMemory();
    final WitnessDevice device;
    final DiskTier tier;

    DiskScene(Device device) throws IOException {
        this(device, BYTES, SEGMENT);
    }

    DiskScene(Device device, long bytes, long segment) throws IOException {
        DiskOptions options = new DiskOptions(bytes, segment, 8 << 20, 64, 2, 16);
        this.device = new WitnessDevice(device);
        tier =
                DiskTier.open(
                        this.device,
                        options,
                        memory,
                        new DiskClock(mono::get, wall::get),
                        Survivors.ALL);
    }

    static CacheKey key(long number) {
        return new CacheKey(number * 0x9E3779B97F4A7C15L, number);
    }

    StoredHead head(long seed, String language) {
        FieldList fields = FieldList.of("content-type", "text/plain", "etag", "\"" + seed + "\"");
        FieldList selecting =
                language.isEmpty() ? FieldList.EMPTY : FieldList.of("accept-language", language);
        List<String> vary = language.isEmpty() ? List.of() : List.of("accept-language");
        Stamp stamp = new Stamp(seed, 7, mono.get(), 2000, 3, 4, 5, 6);
        KeyName name = new KeyName("site", "http", "example.org", "/" + seed);
        return new StoredHead(
                new ResponseHead(200, fields), vary, selecting, List.of("tag"), stamp, name);
    }

    /** Writes a response whole, with a body of its seed. */
    boolean write(CacheKey key, long seed, int length) {
        return write(key, seed, length, "");
    }

    boolean write(CacheKey key, long seed, int length, String language) {
        List<Part> parts =
                length == 0
                        ? List.of()
                        : List.of(new Part(new Extent(0, length), part(seed, 0, length), null));
        return tier.write(key, head(seed, language), seed, length, parts, false);
    }

    static MemoryPart part(long seed, long from, int length) {
        return new DirectPart(direct(PatternBytes.range(seed, from, length)));
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    void flush() {
        try {
            assertTrue(tier.flush(PATIENCE_MILLIS), "not written in time");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What a look found, copied. */
    record Loaded(
            long seed,
            long age,
            long bodyId,
            long length,
            @Nullable ByteBuffer body,
            ByteBuffer read,
            List<String> language) {}

    /** Everything under a key, waiting for the device if need be; bodies read from outside too. */
    List<Loaded> load(CacheKey key) {
        List<Loaded> found = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        tier.load(
                key,
                (head, bodyId, length, body, outside) ->
                        found.add(copy(head, bodyId, length, body, outside)),
                done::countDown);
        try {
            assertTrue(done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), "not loaded in time");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    static Loaded copy(
            ByteBuffer head,
            long bodyId,
            long length,
            @Nullable ByteBuffer body,
            OutsideBody outside) {
        ByteBuffer small =
                body == null
                        ? null
                        : ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip();
        int variant = HeadCodec.LINES + head.getInt(HeadCodec.LINES_LENGTH);
        ByteBuffer lists = head.duplicate().position(variant);
        HeadCodec.decodeStrings(lists);
        try {
            return new Loaded(
                    head.getLong(HeadCodec.BORN_AT),
                    head.getLong(HeadCodec.INITIAL_AGE),
                    bodyId,
                    length,
                    small,
                    ByteBuffer.wrap(readAll(outside)),
                    HeadCodec.decodeStrings(lists));
        } catch (IOException e) {
            return new Loaded(-1, -1, bodyId, length, small, ByteBuffer.allocate(0), List.of());
        }
    }

    /** All bytes that are there, in order. */
    static byte[] readAll(OutsideBody outside) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Extent extent : outside.extents()) {
            try (BodyReader reader = outside.reader(extent.from(), extent.to())) {
                drain(reader, out);
            }
        }
        return out.toByteArray();
    }

    static void drain(BodyReader reader, ByteArrayOutputStream out) throws IOException {
        while (!reader.ended()) {
            ByteBuffer next = reader.next();
            if (next == null) {
                await(reader);
                continue;
            }
            byte[] bytes = new byte[next.remaining()];
            next.get(bytes);
            out.writeBytes(bytes);
        }
    }

    static void await(BodyReader reader) {
        CountDownLatch readable = new CountDownLatch(1);
        reader.onReadable(readable::countDown);
        try {
            assertTrue(readable.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), "never readable");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What must hold holds, and everything is given back. */
    @Override
    public void close() {
        flush();
        DiskInvariants.check(tier, device);
        end();
    }

    /** The process ends, whatever holds. */
    void end() {
        tier.close();
        assertEquals(0, device.openFiles(), "files are open");
        assertEquals(0, memory.taken(), "memory is not given back");
    }

    /** Bytes in memory. */
    record DirectPart(ByteBuffer bytes) implements MemoryPart {
        @Override
        public BodyReader reader() {
            return new PieceReader(bytes);
        }

        @Override
        public void close() {}
    }

    /** Gives out bytes in odd pieces, so that blocks and pieces end at different places. */
    private static final class PieceReader implements BodyReader {
        private static final int PIECE = 50_001;

        private final ByteBuffer bytes;
        private @Nullable ByteBuffer piece;

        PieceReader(ByteBuffer bytes) {
            this.bytes = bytes.duplicate();
        }

        @Override
        public long remaining() {
            ByteBuffer left = piece;
            return (long) bytes.remaining() + (left == null ? 0 : left.remaining());
        }

        @Override
        public @Nullable ByteBuffer next() {
            if ((piece == null || !piece.hasRemaining()) && bytes.hasRemaining()) {
                int length = Math.min(PIECE, bytes.remaining());
                piece = bytes.slice(bytes.position(), length);
                bytes.position(bytes.position() + length);
            }
            return piece != null && piece.hasRemaining() ? piece : null;
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
        public void close() {}
    }
}
