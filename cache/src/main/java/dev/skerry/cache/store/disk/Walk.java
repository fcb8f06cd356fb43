package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.index.Address;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.disk.segment.SegmentEntries;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Goes through everything that is stored on a disk, segment by segment, and waits for the device:
 * for threads which may. What cannot be read is forgotten on the way. One at a time goes, so that
 * the buffers of those who ask stay few; the others wait.
 */
final class Walk {
    private final Disk disk;
    private final Lock going = new ReentrantLock();

    Walk(Disk disk) {
        this.disk = disk;
    }

    /** Sees what stands in the log, after it was read. */
    @FunctionalInterface
    interface Visitor {
        /** Whether to go on. */
        boolean visit(Found found, Found.Outcome outcome, long entry);
    }

    /** Everything. */
    void all(Visitor visitor) {
        going.lock();
        try (ReadBuffers.Lease buffer = disk.buffers.takeAnyway(HeadRecord.MAX_BYTES)) {
            SegmentEntries entries = new SegmentEntries(buffer.bytes());
            Going on = new Going((key, entry) -> visit(key, entry, visitor), entry -> true);
            for (long number : disk.table.numbers()) {
                Segment segment = on.enough ? null : disk.table.retain(number);
                if (segment != null) {
                    on.segment(segment, entries);
                }
            }
        } finally {
            going.unlock();
        }
    }

    /** The heads of a site's responses in a segment; none when it has left or cannot be read. */
    List<Sampling.Head> heads(long number, int site) {
        List<Sampling.Head> heads = new ArrayList<>();
        going.lock();
        try (ReadBuffers.Lease buffer = disk.buffers.takeAnyway(HeadRecord.MAX_BYTES)) {
            Segment segment = disk.table.retain(number);
            if (segment != null) {
                Going on =
                        new Going(
                                (key, entry) -> {
                                    heads.add(new Sampling.Head(key, entry));
                                    return true;
                                },
                                entry -> entry.site() == site);
                on.segment(segment, new SegmentEntries(buffer.bytes()));
            }
        } finally {
            going.unlock();
        }
        return heads;
    }

    /** Shows one of them, if it stands still. */
    void show(Listing listing, Sampling.Head head) {
        visit(
                head.key(),
                head.entry(),
                (found, outcome, entry) -> show(listing, found, outcome, entry));
    }

    /** What is stored under one key. */
    void key(CacheKey key, Visitor visitor) {
        long[] entries = new long[DiskIndex.MAX_VARIANTS];
        int count = disk.index.find(key, entries);
        boolean further = true;
        for (int i = 0; i < count && further; i++) {
            further = visit(key, entries[i], visitor);
        }
    }

    /** Shows what was read to somebody who asks. */
    boolean show(Listing listing, Found found, Found.Outcome outcome, long entry) {
        if (outcome != Found.Outcome.SOUND || !found.stands()) {
            return true;
        }
        KeyName name = HeadCodec.name(found.head().head());
        if (name == null || !listing.wants(name)) {
            return true;
        }
        long at = found.slotAddress();
        Segment segment = disk.table.retainSlot(Address.segment(at));
        if (segment == null) {
            return true;
        }
        segment.release();
        return listing.take(
                new Listing.Entry(
                        found.variant().key(),
                        HeadCodec.decode(found.restated()),
                        found.header().position(),
                        found.head().extentList().joined(),
                        DiskIndex.uses(entry) > 0,
                        false,
                        "segment " + segment.number() + " at " + Address.offset(at)));
    }

    private boolean visit(CacheKey key, long entry, Visitor visitor) {
        try (Found found = new Found(disk, key, entry)) {
            return visitor.visit(found, found.read(true), entry);
        }
    }

    /** Takes the entry of a head in the index. */
    @FunctionalInterface
    private interface Taking {
        /** Whether to go on. */
        boolean take(CacheKey key, long entry);
    }

    private final class Going {
        private final Taking taking;
        private final Predicate<Footer.Entry> wanted;
        private boolean enough;

        Going(Taking taking, Predicate<Footer.Entry> wanted) {
            this.taking = taking;
            this.wanted = wanted;
        }

        void segment(Segment segment, SegmentEntries entries) {
            try {
                entries.of(segment, entry -> entry(segment, entry));
            } catch (IOException e) {
                disk.counters.count(Event.READ_FAILED);
            } finally {
                segment.release();
            }
        }

        private void entry(Segment segment, Footer.Entry entry) {
            if (enough || entry.kind() != Kind.HEAD || !wanted.test(entry)) {
                return;
            }
            LogAddress address = segment.address(entry.unit());
            long found = disk.index.at(entry.key(), disk.slotAddress(address));
            if (found != DiskIndex.NONE && !segment.isGone()) {
                enough = !taking.take(entry.key(), found);
            }
        }
    }
}
