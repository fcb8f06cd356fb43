package dev.skerry.cache.store.disk;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.Footer;
import dev.skerry.cache.store.disk.format.Kind;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.index.Address;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.disk.policy.Reinsertion;
import dev.skerry.cache.store.disk.segment.LogAppender;
import dev.skerry.cache.store.disk.segment.Payload;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a segment that is being reclaimed holds, and appends anew what the index still
 * points to, was used and is alive: heads with those of their extents that lie in the segment. For
 * the writer's thread.
 */
final class Reinserting {
    private final Disk disk;
    private final Log log;
    private final Copying copying;
    private final Reinsertion policy;
    private final long[] found = new long[DiskIndex.MAX_VARIANTS];

    /** Where heads lie that were appended anew, while the index does not say so yet. */
    private final Set<Long> moving = new HashSet<>();

    private @Nullable Segment segment;
    private @Nullable CacheKey last;

    Reinserting(Disk disk, Log log, Copying copying, Reinsertion policy) {
        this.disk = disk;
        this.log = log;
        this.copying = copying;
        this.policy = policy;
    }

    /** Everything that was appended before is in the index when this returns. */
    void begin(Segment reclaimed) throws IOException {
        log.flush();
        segment = reclaimed;
        last = null;
        policy.begin(reclaimed.end());
    }

    void entry(Footer.Entry entry) throws IOException {
        if (entry.kind() == Kind.TOMBSTONE || entry.key().equals(last)) {
            return;
        }
        last = entry.key();
        int count = disk.index.find(entry.key(), found);
        for (int i = 0; i < count; i++) {
            // A large body has several extents, and other keys' lie between them.
            if (!moving.contains(DiskIndex.address(found[i]))) {
                look(entry.key(), found[i]);
            }
        }
    }

    /** Writes what waits. */
    void end() throws IOException {
        log.flush();
        segment = null;
    }

    private void look(CacheKey key, long entry) throws IOException {
        try (Found head = new Found(disk, key, entry)) {
            if (head.read(true) != Found.Outcome.SOUND || !concerns(head)) {
                return;
            }
            long bytes = bytesToMove(head);
            boolean alive = disk.survivors.isAlive(head.head().head());
            boolean kept = alive && policy.keeps(head.head().site(), bytes, DiskIndex.uses(entry));
            if (!kept || !move(head, entry)) {
                disk.counters.count(Event.RECLAIMED);
                if (alive) {
                    disk.admission.dropped(key, head.header().position());
                }
                if (isHere(head)) {
                    // Its record goes with the segment: no restart will find it.
                    disk.forget(key, head.slotAddress());
                } else {
                    disk.evict(head.variant(), head.slotAddress());
                }
                return;
            }
            disk.counters.count(Event.REINSERTED);
            disk.counters.add(Event.BYTES_REINSERTED, bytes);
        }
    }

    private boolean concerns(Found head) {
        return isHere(head) || bodyBytesHere(head.head().extentList()) > 0;
    }

    private boolean isHere(Found head) {
        Segment reclaimed = segment;
        return reclaimed != null
                && disk.table.slot(reclaimed.number()) == Address.segment(head.slotAddress());
    }

    private long bytesToMove(Found head) {
        return (long) head.header().units() * LogAddress.UNIT
                + bodyBytesHere(head.head().extentList());
    }

    private long bodyBytesHere(ExtentList extents) {
        long bytes = 0;
        for (int i = 0; i < extents.size(); i++) {
            bytes += isHere(extents.address(i)) ? extents.length(i) : 0;
        }
        return bytes;
    }

    private boolean isHere(LogAddress address) {
        return segment != null && address.segment() == segment.number();
    }

    /** Whether it was appended anew. */
    private boolean move(Found found, long entry) throws IOException {
        ByteBuffer body = found.body();
        LogAddress address;
        long size;
        if (body != null && body.hasRemaining()) {
            LogAppender.Head head = restated(found, ExtentList.EMPTY);
            address = log.headAndBody(head, Payload.of(body));
            size = Log.bytesTogether(head.bytes().remaining(), body.remaining());
            move(found, address, (int) size, 0);
            // The body lies in a buffer that is about to be given back.
            log.flush();
            return true;
        }
        ExtentList extents = bodies(found);
        if (extents == null) {
            return false;
        }
        LogAppender.Head head = restated(found, extents);
        size = Log.headBytes(head.bytes().remaining(), extents.size());
        address = log.head(head);
        move(found, address, (int) size, usesAfter(found, entry));
        return true;
    }

    /** What lies in several segments has to be kept by each of them for the same reason. */
    private int usesAfter(Found found, long entry) {
        ExtentList extents = found.head().extentList();
        boolean more = extents.size() > 0 && !isHere(extents.address(extents.size() - 1));
        return more && bodyBytesHere(extents) > 0 ? DiskIndex.uses(entry) : 0;
    }

    private void move(Found found, LogAddress address, int size, int uses) {
        CacheKey key = found.variant().key();
        long from = found.slotAddress();
        moving.add(from);
        log.whenWritten(
                () -> {
                    moving.remove(from);
                    disk.index.move(key, from, disk.slotAddress(address), size, uses);
                },
                () -> moving.remove(from));
    }

    /** The extents, those that lie in the segment appended anew; null if they cannot be read. */
    private @Nullable ExtentList bodies(Found found) throws IOException {
        ExtentList extents = found.head().extentList();
        Segment[] held = disk.retain(extents);
        if (held == null) {
            return null;
        }
        DiskBody body = new DiskBody(disk, found.variant(), found.slotAddress(), extents, held);
        try {
            ExtentList.Builder moved = new ExtentList.Builder(extents.size());
            for (int i = 0; i < extents.size(); i++) {
                if (isHere(extents.address(i))) {
                    Extent extent = new Extent(extents.from(i), extents.to(i));
                    copying.copy(
                            found.variant().key(),
                            found.head().site(),
                            found.header().bodyId(),
                            body,
                            extent,
                            moved);
                } else {
                    moved.add(extents.from(i), extents.length(i), extents.address(i));
                }
            }
            return moved.build();
        } finally {
            body.release();
        }
    }

    private LogAppender.Head restated(Found found, ExtentList extents) {
        ByteBuffer stored = found.head().head();
        ByteBuffer bytes = ByteBuffer.allocate(stored.remaining());
        bytes.put(stored.duplicate()).flip();
        // So that a clock that was set meanwhile makes it no younger.
        long age = found.age();
        bytes.putLong(HeadCodec.RECEIVED, disk.clock.wallAt(disk.clock.mono()))
                .putLong(HeadCodec.INITIAL_AGE, age);
        return new LogAppender.Head(
                found.variant().key(),
                found.variant().digest(),
                0,
                found.header().bodyId(),
                found.header().position(),
                bytes,
                age,
                found.head().site(),
                extents,
                LogAddress.units(Log.headBytes(bytes.remaining(), extents.size())));
    }
}
