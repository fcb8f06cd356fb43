package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.disk.format.SiteDigest;
import dev.skerry.cache.store.disk.format.VariantDigest;
import dev.skerry.cache.store.disk.policy.SiteShares;
import dev.skerry.cache.store.disk.segment.LogOpener;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tier below memory on one disk: an append-only log, found again after any restart. */
public final class DiskTier implements LowerTier {
    private static final long CLOSE_MILLIS = 5000;

    private final Device device;
    private final DiskOptions options;
    private final Disk disk;
    private final Looks looks;
    private final Writer writer;
    private final Walk walk;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Scrubbing scrubbing;

    private DiskTier(Device device, DiskOptions options, DiskParts parts) {
        this.device = device;
        this.options = options;
        this.disk = parts.disk();
        this.writer = parts.writer();
        this.looks = new Looks(disk);
        this.walk = new Walk(disk);
        this.scrubbing = new Scrubbing(disk, closed);
    }

    /**
     * Opens what the device holds. It is the tier's from now on, and closed with it.
     *
     * @param memory for the index and buffers
     * @param survivors what of an earlier process may be given out, and what is worth keeping
     * @throws RefusedException if another version has written what it holds: nothing was changed
     * @throws IOException when the device cannot be used at all, or there is no memory; the device
     *     is closed then
     */
    public static DiskTier open(
            Device device,
            DiskOptions options,
            DirectMemory memory,
            DiskClock clock,
            Survivors survivors)
            throws IOException {
        try {
            LogOpener.refuseOtherVersions(device);
        } catch (RefusedException e) {
            device.close();
            throw e;
        }
        return open(device, options, memory, clock, survivors, (key, segment) -> true);
    }

    static DiskTier open(
            Device device,
            DiskOptions options,
            DirectMemory memory,
            DiskClock clock,
            Survivors survivors,
            Kept kept)
            throws IOException {
        try {
            DiskTier tier =
                    new DiskTier(
                            device,
                            options,
                            DiskParts.open(device, options, memory, clock, survivors, kept));
            tier.writer.start();
            return tier;
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /** Which of the records that a device holds still stand. */
    interface Kept {
        /** Whether a record of the key in the segment of this number does. */
        boolean keeps(CacheKey key, long segment);
    }

    /** For who checks what holds of its parts. */
    Disk disk() {
        return disk;
    }

    /** What happened since the process began. */
    public DiskCounters counters() {
        return disk.counters;
    }

    /** What each site takes, by the digest of its name, and may take. */
    public SiteShares shares() {
        return disk.shares;
    }

    /** How many responses are stored. */
    public long count() {
        return disk.index.count();
    }

    /** The memory that the index takes. */
    public long indexBytes() {
        return disk.index.bytes();
    }

    @Override
    public boolean mayHold(CacheKey key) {
        return disk.mayHold(key);
    }

    @Override
    public Look tryLoad(CacheKey key, LoadSink sink) {
        return looks.tryLoad(key, sink);
    }

    @Override
    public void load(CacheKey key, LoadSink sink, Runnable then) {
        looks.load(key, sink, then);
    }

    @Override
    public boolean holds(CacheKey key, StoredResponse response) {
        return looks.holds(
                new Variant(key, VariantDigest.of(response.vary(), response.selecting())),
                response);
    }

    @Override
    public boolean write(
            CacheKey key,
            StoredHead head,
            long bodyId,
            long length,
            List<Part> parts,
            boolean used) {
        KeyName name = head.name();
        Change.Write write =
                new Change.Write(
                        variant(key, head),
                        ByteBuffer.wrap(HeadCodec.encode(head)),
                        name == null ? 0 : SiteDigest.of(name.site()),
                        bodyId,
                        length,
                        List.copyOf(parts),
                        used,
                        memory(parts));
        boolean taken = disk.replace(write, name != null && isStorable(write));
        if (!taken) {
            ResponseWriting.release(write);
        }
        return taken;
    }

    private boolean isStorable(Change.Write write) {
        return write.bytes() <= options.bytes() / 2;
    }

    private static long memory(List<Part> parts) {
        long bytes = 0;
        for (Part part : parts) {
            bytes += part.memory() == null ? 0 : part.extent().length();
        }
        return bytes;
    }

    @Override
    public void used(CacheKey key) {
        disk.index.used(key);
    }

    @Override
    public void remove(CacheKey key, StoredHead variant) {
        disk.remove(variant(key, variant));
    }

    private static Variant variant(CacheKey key, StoredHead head) {
        return new Variant(key, VariantDigest.of(head.vary(), head.selecting()));
    }

    @Override
    public void onLeft(Consumer<CacheKey> told) {
        disk.onLeft(told);
    }

    @Override
    public @Nullable Spill spill(CacheKey key, KeyName name, long from, long expectedLength) {
        int site = SiteDigest.of(name.site());
        boolean taken =
                expectedLength <= options.bytes() / 2
                        && disk.admission.admits(key, site, Math.max(0, expectedLength), false);
        return taken ? new DiskSpill(disk, key, site, from) : null;
    }

    @Override
    public void list(Listing listing) {
        walk.all((found, outcome, entry) -> walk.show(listing, found, outcome, entry));
    }

    @Override
    public void list(CacheKey key, Listing listing) {
        walk.key(key, (found, outcome, entry) -> walk.show(listing, found, outcome, entry));
    }

    /**
     * Estimates how many of a site's responses have something in common; waits for the device.
     *
     * @param hit whether a response counts
     * @param enough whether there is no more time: then it answers by what it has seen
     */
    public Estimate estimate(String site, Predicate<Listing.Entry> hit, BooleanSupplier enough) {
        return new Sampling(walk, SiteDigest.of(site), hit, enough).of(disk.table.numbers());
    }

    /**
     * Reads everything that stands in the log, and has what is damaged forgotten. Ends early when
     * the disk is closed or the thread is interrupted.
     *
     * @param bytesPerSecond the most that is read, on average; at least 1
     */
    public Verification verify(long bytesPerSecond) {
        Verifying verifying = new Verifying(disk, bytesPerSecond, closed);
        walk.all(verifying);
        return verifying.result();
    }

    /**
     * Reads the next segment in the background, and has what is damaged forgotten; see {@link
     * ScrubProgress}. For one thread.
     *
     * @return false when there is none to read, or the pace or the end of the disk has stopped it
     */
    public boolean scrub(ScrubPace pace) {
        return scrubbing.segment(pace);
    }

    /** How far {@link #scrub} has come. */
    public ScrubProgress scrubbed() {
        return scrubbing.progress();
    }

    @Override
    public long bytes() {
        return disk.table.count() * options.segmentBytes();
    }

    /**
     * Waits until all that was queued before is written.
     *
     * @return false if it took longer than this
     */
    public boolean flush(long millis) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        return disk.queue.offer(new Change.Await(written))
                && written.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed.countDown();
        disk.queue.close();
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disk.threads.close();
        disk.table.clear();
        disk.index.close();
        disk.admission.close();
        disk.buffers.close();
        device.close();
    }
}
