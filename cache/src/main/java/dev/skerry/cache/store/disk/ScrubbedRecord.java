package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.format.Checksum;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.segment.Segment;
import java.io.IOException;

/**
 * Compares the records of a segment with their checksums, and gives up the responses that one which
 * is damaged belongs to. What is dead may be damaged. For one thread.
 */
final class ScrubbedRecord {
    private static final int BLOCK = ExtentRecord.BLOCK;

    /** With more unreadable records than this the rest of a segment is left for the next pass. */
    private static final int MOST_FAILURES = 16;

    private final Disk disk;
    private final Segment segment;
    private final ScrubWindow window;
    private final RecordHeader header = new RecordHeader();
    private final HeadRecord head = new HeadRecord();
    private final int[] checksums = new int[ExtentRecord.blocks(ExtentRecord.MAX_PAYLOAD)];
    private int failures;

    ScrubbedRecord(Disk disk, Segment segment, ScrubWindow window) {
        this.disk = disk;
        this.segment = segment;
        this.window = window;
    }

    /** Reads the record that an entry of the segment names. */
    void check(Footer.Entry entry) throws IOException {
        if (entry.kind() == Kind.TOMBSTONE || segment.isGone()) {
            return;
        }
        try {
            if (!isSound(entry)) {
                damaged(entry, Event.CHECKSUM_WRONG);
            }
        } catch (ScrubStopped e) {
            throw e;
        } catch (IOException e) {
            damaged(entry, Event.READ_FAILED);
            if (++failures > MOST_FAILURES) {
                throw e;
            }
        }
    }

    private boolean isSound(Footer.Entry entry) throws IOException {
        long at = (long) entry.unit() * LogAddress.UNIT;
        if (entry.kind() == Kind.EXTENT) {
            return isExtentSound(entry.key(), at);
        }
        if (!isHeader(Kind.HEAD, entry.key(), at) || header.variant() != entry.variant()) {
            return false;
        }
        int length = RecordHeader.BYTES + header.length();
        if (!head.read(header, window.bytes(), window.at(at, length))) {
            return false;
        }
        return !header.has(RecordHeader.FOLLOWED)
                || isExtentSound(entry.key(), at + (long) header.units() * LogAddress.UNIT);
    }

    private boolean isExtentSound(CacheKey key, long at) throws IOException {
        if (!isHeader(Kind.EXTENT, key, at)) {
            return false;
        }
        int place = window.at(at, ExtentRecord.PAYLOAD);
        if (!ExtentRecord.isTableSound(header, window.bytes(), place)) {
            return false;
        }
        int blocks = ExtentRecord.blocks(header.length());
        for (int i = 0; i < blocks; i++) {
            checksums[i] = ExtentRecord.checksum(window.bytes(), place, i);
        }
        for (int i = 0; i < blocks; i++) {
            int length = Math.min(BLOCK, header.length() - i * BLOCK);
            int block = window.at(at + ExtentRecord.PAYLOAD + (long) i * BLOCK, length);
            if (Checksum.of(window.bytes(), block, length) != checksums[i]) {
                segment.verified().remove(at + ExtentRecord.PAYLOAD + (long) i * BLOCK);
                return false;
            }
        }
        return true;
    }

    private boolean isHeader(Kind kind, CacheKey key, long at) throws IOException {
        int place = window.at(at, RecordHeader.BYTES);
        return header.read(window.bytes(), place, segment.stamp(), LogAddress.units(at))
                && header.kind() == kind
                && header.isOf(key);
    }

    private void damaged(Footer.Entry entry, Event how) {
        LogAddress address = segment.address(entry.unit());
        if (entry.kind() == Kind.HEAD) {
            long slot = disk.slotAddress(address);
            if (disk.index.at(entry.key(), slot) != DiskIndex.NONE && !segment.isGone()) {
                giveUp(new Variant(entry.key(), entry.variant()), slot, how);
            }
            return;
        }
        long[] entries = new long[DiskIndex.MAX_VARIANTS];
        int count = disk.index.find(entry.key(), entries);
        for (int i = 0; i < count; i++) {
            try (Found found = new Found(disk, entry.key(), entries[i])) {
                if (found.read(true) == Found.Outcome.SOUND
                        && lists(found.head().extentList(), address)) {
                    giveUp(found.variant(), found.slotAddress(), how);
                }
            }
        }
    }

    private static boolean lists(ExtentList extents, LogAddress address) {
        for (int i = 0; i < extents.size(); i++) {
            if (extents.address(i).equals(address)) {
                return true;
            }
        }
        return false;
    }

    private void giveUp(Variant variant, long slot, Event how) {
        disk.counters.count(how);
        disk.counters.count(Event.SCRUB_DAMAGED);
        disk.evict(variant, slot);
        disk.left(variant.key());
    }
}
