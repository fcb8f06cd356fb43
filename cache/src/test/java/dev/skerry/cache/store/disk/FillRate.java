package dev.skerry.cache.store.disk;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier.Look;
import dev.skerry.cache.store.LowerTier.MemoryPart;
import dev.skerry.cache.store.LowerTier.Part;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.device.FileDevice;
import dev.skerry.cache.store.disk.index.PlainMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Not a test: writes responses into a disk tier at a rate, or as fast as it takes them, and looks a
 * thousand times a second at others meanwhile. Prints the rate, until all is durable, and how long
 * the looks took, as JSON; beside that how late a thread runs that does nothing a thousand times a
 * second, which is the part of it that no store could help. What a cold JVM does at first, a
 * quarter of the bytes, is not counted. {@code loadtest/disk} runs it.
 */
final class FillRate {
    private static final int HOT = 10_000;
    private static final int HOT_BYTES = 10_240;
    private static final long TICK_NANOS = 1_000_000;
    private static final long FULL_NANOS = 200_000;
    private static final long PATIENCE_MILLIS = 120_000;

    private final DiskTier tier;
    private final long mostBytesPerSecond;
    private final ByteBuffer content = ByteBuffer.allocateDirect(1 << 20);
    private final Times looks = new Times();
    private final Times ticks = new Times();
    private final Random random = new Random(2);
    private int notFound;
    private long full;

    private FillRate(DiskTier tier, long mostBytesPerSecond) {
        this.tier = tier;
        this.mostBytesPerSecond = mostBytesPerSecond;
        byte[] random = new byte[content.capacity()];
        new Random(1).nextBytes(random);
        content.put(random).clear();
    }

    /**
     * Arguments: an empty folder, the bytes of the disk, bytes to write, bytes of a response, at
     * most so many bytes a second or 0.
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        DiskOptions options = DiskOptions.of(Long.parseLong(args[1]));
        DiskClock clock =
                new DiskClock(() -> System.nanoTime() / 1_000_000, System::currentTimeMillis);
        try (DiskTier tier =
                DiskTier.open(
                        FileDevice.open(folder),
                        options,
                        new PlainMemory(),
                        clock,
                        Survivors.ALL)) {
            new FillRate(tier, Long.parseLong(args[4]))
                    .run(folder, Long.parseLong(args[2]), Integer.parseInt(args[3]));
        }
    }

    private void run(Path folder, long bytes, int responseBytes) throws Exception {
        for (int i = 0; i < HOT; i++) {
            write(i, HOT_BYTES);
        }
        AtomicBoolean over = new AtomicBoolean();
        Thread looking = Thread.ofPlatform().start(() -> everyTick(over, looks, this::look));
        Thread ticking = Thread.ofPlatform().start(() -> everyTick(over, ticks, () -> {}));
        long next = writeAll(HOT, bytes / 4, responseBytes);
        flush();
        sync(folder);
        full = 0;
        looks.begin();
        ticks.begin();
        long began = System.nanoTime();
        writeAll(next, bytes, responseBytes);
        flush();
        sync(folder);
        double seconds = (System.nanoTime() - began) / 1e9;
        over.set(true);
        looking.join();
        ticking.join();
        report(bytes, seconds);
    }

    /** Returns the number of the response after the last one. */
    private long writeAll(long first, long bytes, int responseBytes) {
        long number = first;
        long began = System.nanoTime();
        for (long written = 0; written < bytes; written += responseBytes) {
            write(number++, responseBytes);
            if (mostBytesPerSecond > 0) {
                double due = began + 1e9 * written / mostBytesPerSecond;
                LockSupport.parkNanos((long) due - System.nanoTime());
            }
        }
        return number;
    }

    /** As if a request had used it, so that it is taken when the disk is full as well. */
    private void write(long number, int length) {
        List<Part> parts =
                List.of(
                        new Part(
                                new Extent(0, length),
                                new ContentPart(content.slice(0, length)),
                                null));
        while (!tier.write(key(number), head(number), number, length, parts, true)) {
            full++;
            LockSupport.parkNanos(FULL_NANOS);
        }
    }

    private static CacheKey key(long number) {
        return new CacheKey((number + 1) * 0x9E3779B97F4A7C15L, (number + 1) * 0xC2B2AE3D27D4EB4FL);
    }

    private static StoredHead head(long number) {
        return new StoredHead(
                new ResponseHead(
                        200,
                        FieldList.of(
                                "Content-Type",
                                "application/octet-stream",
                                "ETag",
                                "\"" + number + "\"",
                                "Cache-Control",
                                "public, max-age=86400")),
                List.of(),
                FieldList.EMPTY,
                List.of(),
                new Stamp(1, 1, System.nanoTime() / 1_000_000, 0, 86_400_000, 0, 0, 0),
                new KeyName("site", "http", "example.org", "/" + number));
    }

    private void flush() throws InterruptedException {
        if (!tier.flush(PATIENCE_MILLIS)) {
            throw new IllegalStateException("not written in time");
        }
    }

    /** What the tier has left to the system, as dd with conv=fdatasync does. */
    private static void sync(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(false);
                }
            }
        }
    }

    private static void everyTick(AtomicBoolean over, Times times, Runnable task) {
        long due = System.nanoTime();
        while (!over.get()) {
            due += TICK_NANOS;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            // What comes late because the one before took long has waited since it was due.
            task.run();
            times.add(System.nanoTime() - due);
        }
    }

    private void look() {
        if (!look(key(random.nextInt(HOT))) && looks.begun) {
            notFound++;
        }
    }

    private boolean look(CacheKey key) {
        AtomicBoolean found = new AtomicBoolean();
        LookSink sink = new LookSink(found);
        if (tier.tryLoad(key, sink::found) == Look.WOULD_WAIT) {
            CountDownLatch done = new CountDownLatch(1);
            tier.load(key, sink::found, done::countDown);
            try {
                if (!done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("not loaded in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (found.get()) {
            tier.used(key);
        }
        return found.get();
    }

    private record LookSink(AtomicBoolean found) {
        void found(ByteBuffer head, long id, long length, @Nullable ByteBuffer body, Object at) {
            found.set(body != null && body.remaining() == HOT_BYTES);
        }
    }

    private void report(long written, double seconds) {
        System.out.printf(
                "{\"bytes_per_s\": %.0f, \"seconds\": %.2f, \"looks\": %d, \"not_found\": %d,"
                        + " \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.1f, \"full\": %d,"
                        + " \"tick_p99_ms\": %.3f, \"tick_max_ms\": %.1f}%n",
                written / seconds,
                seconds,
                looks.count,
                notFound,
                looks.percentile(50),
                looks.percentile(99),
                looks.percentile(100),
                full,
                ticks.percentile(99),
                ticks.percentile(100));
    }

    /** How long things took. One thread adds. */
    private static final class Times {
        private final long[] nanos = new long[4_000_000];
        private int count;
        private volatile boolean begun;

        /** Counts what comes from now on. */
        void begin() {
            begun = true;
        }

        void add(long time) {
            if (begun && count < nanos.length) {
                nanos[count++] = time;
            }
        }

        /** In milliseconds. */
        double percentile(int percent) {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return count == 0
                    ? -1
                    : sorted[Math.max(0, (int) ((long) count * percent / 100) - 1)] / 1e6;
        }
    }

    /** All responses have the same bytes, which lie in memory. */
    private record ContentPart(ByteBuffer bytes) implements MemoryPart {
        @Override
        public BodyReader reader() {
            return new ContentReader(bytes.duplicate());
        }

        @Override
        public void close() {}
    }

    private record ContentReader(ByteBuffer bytes) implements BodyReader {
        @Override
        public long remaining() {
            return bytes.remaining();
        }

        @Override
        public @Nullable ByteBuffer next() {
            return bytes.hasRemaining() ? bytes : null;
        }

        @Override
        public boolean ended() {
            return !bytes.hasRemaining();
        }

        @Override
        public void onReadable(Runnable wake) {
            wake.run();
        }

        @Override
        public void close() {}
    }
}
