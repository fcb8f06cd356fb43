package dev.skerry.cli.simulate;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.Unwanted;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.disk.DiskClock;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.DiskOptions;
import dev.skerry.cache.store.disk.DiskTier;
import dev.skerry.cache.store.disk.device.SparseDevice;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.tiered.TieredStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays a trace through the tiers that a node has, with bodies of zeros and a disk that keeps none:
 * everything else is the real thing. Nothing expires.
 */
final class Replay implements AutoCloseable {
    private static final int PIECE = 1 << 20;

    /** As a node has it: no object takes more than such a part of a disk. */
    private static final int OBJECTS_AT_LEAST = 4;

    private static final long SMALLEST_SEGMENT = 2 << 20;
    private static final long LARGEST_SEGMENT = 1 << 30;

    /** What may wait for the disk's thread before the replay waits for it. */
    private static final long MOST_WAITING_BYTES = 16 << 20;

    private static final int MOST_WAITING = 256;
    private static final long PATIENCE_MILLIS = 60_000;

    private final ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
    private final ResponseStore store;
    private final @Nullable DiskTier disk;
    private final long largest;
    private long waitingBytes;
    private int waiting;
    private long memoryHits;
    private long diskHits;
    private long bytes;
    private long missedBytes;

    /**
     * @param memoryBytes at least 1 MiB
     * @param diskBytes at least {@link #LEAST_DISK}, or 0 for none
     * @param mostObjectBytes the longest body that is stored on the disk; half of the disk at most
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    Replay(long memoryBytes, long diskBytes, long mostObjectBytes, LongSupplier nanoTime)
            throws IOException {
        MemoryStore memory = MemoryStore.of(memoryBytes, nanoTime);
        if (diskBytes == 0) {
            disk = null;
            store = memory;
        } else {
            disk =
                    DiskTier.open(
                            new SparseDevice(),
                            options(diskBytes),
                            memory.directMemory(),
                            new DiskClock(() -> 0, () -> 0),
                            Survivors.ALL);
            store =
                    new TieredStore(
                            memory,
                            disk,
                            Math.min(mostObjectBytes, diskBytes / 2),
                            Runnable::run,
                            nanoTime);
        }
        largest = store.maxObjectBytes();
    }

    /** The longest body that a node stores on a disk of this size. */
    static long mostObjectBytes(long diskBytes) {
        return diskBytes / OBJECTS_AT_LEAST;
    }

    /** The smallest disk that can be replayed. */
    static final long LEAST_DISK = 8 * SMALLEST_SEGMENT;

    private static DiskOptions options(long diskBytes) {
        DiskOptions real = DiskOptions.of(Math.max(diskBytes, 1L << 30));
        long segment = Math.clamp(diskBytes / 256, SMALLEST_SEGMENT, LARGEST_SEGMENT);
        return new DiskOptions(
                diskBytes,
                segment / LogAddress.UNIT * LogAddress.UNIT,
                real.queuedBytes(),
                real.queuedWrites(),
                1,
                real.queuedReads());
    }

    /** Replays all of a trace; see {@link Outcome}. */
    Outcome run(Trace trace, long memoryBytes, long diskBytes, int oneIn)
            throws IOException, InterruptedException {
        for (int i = 0; i < trace.requests(); i++) {
            int object = trace.object(i);
            request(key(trace.key(object)), trace.size(object));
        }
        settle();
        return new Outcome(
                memoryBytes,
                diskBytes,
                oneIn,
                trace.requests(),
                memoryHits,
                diskHits,
                bytes,
                missedBytes,
                disk == null ? 0 : disk.counters().get(Event.BYTES_WRITTEN));
    }

    private void request(CacheKey key, long size) throws IOException, InterruptedException {
        bytes += size;
        Tier from = hit(key);
        if (from == Tier.MEMORY) {
            memoryHits++;
        } else if (from == Tier.DISK) {
            diskHits++;
        } else {
            missedBytes += size;
            fill(key, size);
        }
    }

    /** Which tier has it; null if none. */
    private @Nullable Tier hit(CacheKey key) throws InterruptedException {
        StoredResponse found = held(store.find(key));
        if (found != null) {
            Tier tier = found.tier();
            use(key, found);
            return tier;
        }
        AtomicReference<@Nullable StoredResponse> loaded = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        boolean looks =
                store.load(
                        key,
                        new ResponseStore.LoadListener() {
                            @Override
                            public void waits() {
                                // The latch does.
                            }

                            @Override
                            public void loaded(@Nullable Variants variants) {
                                loaded.set(held(variants));
                                done.countDown();
                            }
                        });
        if (!looks) {
            return null;
        }
        done.await();
        StoredResponse below = loaded.get();
        if (below == null) {
            return null;
        }
        use(key, below);
        return Tier.DISK;
    }

    private static @Nullable StoredResponse held(@Nullable Variants variants) {
        return variants != null && variants.get(0).retain() ? variants.get(0) : null;
    }

    private void use(CacheKey key, StoredResponse held) {
        store.used(key, held);
        held.release();
    }

    private void fill(CacheKey key, long size) throws IOException, InterruptedException {
        if (size > largest) {
            return;
        }
        StoredHead head = head(key);
        GrowingBody body = store.newBody(key, name(key), 0, size, true);
        leave(body, size);
        try {
            for (long left = size; left > 0; ) {
                int piece = (int) Math.min(left, PIECE);
                body.append(zeros.duplicate().limit(piece));
                left -= piece;
            }
            body.complete();
            store.put(key, head, body, 1);
        } catch (Unwanted notStored) {
            // It would only pass through.
        } finally {
            body.release();
        }
        waitingBytes += size;
        if (++waiting >= MOST_WAITING || waitingBytes >= MOST_WAITING_BYTES) {
            settle();
        }
    }

    /** The client goes at once, so that nothing waits for it: what is to be stored goes on. */
    private static void leave(GrowingBody body, long size) {
        BodyReader client = body.reader(0, size);
        if (client != null) {
            client.close();
        }
    }

    /** Waits until the disk has written what it was given: a trace comes faster than clients do. */
    private void settle() throws InterruptedException {
        if (disk != null && !disk.flush(PATIENCE_MILLIS)) {
            throw new IllegalStateException("the disk tier has stopped");
        }
        waiting = 0;
        waitingBytes = 0;
    }

    private static CacheKey key(long hash) {
        return new CacheKey(hash * 0xD6E8FEB86659FD93L ^ hash >>> 32, hash * 0x9E3779B97F4A7C15L);
    }

    private static StoredHead head(CacheKey key) {
        FieldList fields =
                FieldList.of(
                        "content-type", "application/octet-stream",
                        "etag", "\"0123456789abcdef\"",
                        "cache-control", "max-age=31536000");
        return new StoredHead(
                new ResponseHead(200, fields),
                List.of(),
                FieldList.EMPTY,
                List.of(),
                new Stamp(0, 0, 0, 0, TimeUnit.DAYS.toMillis(365), 0, 0, 0),
                name(key));
    }

    private static KeyName name(CacheKey key) {
        return new KeyName("trace", "http", "trace.invalid", "/" + Long.toHexString(key.low()));
    }

    @Override
    public void close() {
        store.close();
    }
}
