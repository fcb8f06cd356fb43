package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.policy.Admission;
import dev.skerry.cache.store.disk.policy.Reinsertion;
import dev.skerry.cache.store.disk.policy.SiteShares;
import dev.skerry.cache.store.disk.segment.LogAppender;
import dev.skerry.cache.store.disk.segment.LogOpener;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentEntries;
import dev.skerry.cache.store.disk.segment.SegmentTable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a disk tier together, and opens its log. */
record DiskParts(Disk disk, Writer writer) {
    private static final Logger LOG = LoggerFactory.getLogger(DiskParts.class);

    /** More slots than segments: one is opened before the last one has left. */
    private static final int SPARE_SLOTS = 2;

    static DiskParts open(
            Device device,
            DiskOptions options,
            DirectMemory memory,
            DiskClock clock,
            Survivors survivors,
            DiskTier.Kept kept)
            throws IOException {
        SegmentTable table = new SegmentTable(options.segments() + SPARE_SLOTS);
        DiskCounters counters = new DiskCounters();
        SiteShares shares = new SiteShares();
        Disk disk =
                new Disk(
                        table,
                        new DiskIndex(memory),
                        new ReadBuffers(memory),
                        new ReadThreads(
                                options.readers(), options.queuedReads(), daemons("disk-read-")),
                        clock,
                        counters,
                        new ChangeQueue(options.queuedBytes(), options.queuedWrites()),
                        survivors,
                        shares,
                        new Admission(options.bytes(), memory, shares));
        DirectMemory.Block copies = block(memory);
        DirectMemory.Block scanned = block(memory);
        SegmentEntries scan = new SegmentEntries(scanned.bytes().order(ByteOrder.BIG_ENDIAN));
        LogOpener opener = new LogOpener(device, table, options.segmentBytes(), memory, scan);
        long next = opener.open(options.segments(), new Replay(disk, kept));
        // One that broke off while it was read is not in the table.
        shares.retain(table.numbers());
        disk.firstOwn(next);
        counters.add(Event.SEGMENTS_DROPPED, opener.dropped());
        counters.add(Event.SEGMENTS_SCANNED, opener.scanned());
        SecureRandom random = new SecureRandom();
        LogAppender appender =
                new LogAppender(
                        device,
                        table,
                        options.segmentBytes(),
                        memory,
                        block(memory),
                        random::nextLong,
                        next,
                        daemons("disk-settle-"),
                        e -> unsealed(device, counters, e));
        Reclaiming reclaiming = new Reclaiming(disk, device, options.segments(), scan, scanned);
        Log log = new Log(appender, counters, shares, reclaiming);
        Copying copying = new Copying(disk, log, copies);
        ResponseWriting responses = new ResponseWriting(disk, log, copying);
        reclaiming.reinserts(new Reinserting(disk, log, copying, new Reinsertion(shares)));
        return new DiskParts(
                disk, new Writer(disk, log, responses, reclaiming, daemons("disk-write-")));
    }

    private static ThreadFactory daemons(String name) {
        return Thread.ofPlatform().daemon().name(name, 0).factory();
    }

    private static void unsealed(Device device, DiskCounters counters, IOException e) {
        LOG.warn("a segment of {} was not sealed: {}", device, e.getMessage());
        counters.count(Event.WRITE_FAILED);
    }

    private static DirectMemory.Block block(DirectMemory memory) throws IOException {
        DirectMemory.Block block = memory.take(DirectMemory.MAX_BLOCK);
        if (block == null) {
            throw new IOException("there is no memory for the buffers of a disk");
        }
        return block;
    }

    /** Makes the index say what the log says, in its order. */
    private record Replay(Disk disk, DiskTier.Kept kept) implements LogOpener.Sink {
        @Override
        public void entry(Segment segment, Footer.Entry entry) {
            if (entry.kind() != Kind.TOMBSTONE) {
                long bytes = (long) entry.units() * LogAddress.UNIT;
                disk.shares.added(segment.number(), entry.site(), bytes);
            }
            switch (entry.kind()) {
                case HEAD -> {
                    if (kept.keeps(entry.key(), segment.number())) {
                        disk.index.put(
                                entry.key(),
                                entry.variant(),
                                disk.slotAddress(segment.address(entry.unit())),
                                entry.units() * LogAddress.UNIT);
                    }
                }
                case TOMBSTONE -> disk.index.remove(entry.key(), entry.variant());
                case EXTENT -> {
                    // Heads find their extents.
                }
            }
        }
    }
}
