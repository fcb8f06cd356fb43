package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.LowerTier.LoadSink;
import dev.skerry.cache.store.LowerTier.Look;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.Found.Outcome;
import dev.skerry.cache.store.disk.index.DiskIndex;
import dev.skerry.cache.store.head.HeadCodec;
import java.nio.ByteBuffer;

/** Looks for what is stored under a key. Thread-safe. */
final class Looks {
    /** With more variants than this a look does not try to do without waiting. */
    private static final int MOST_AT_ONCE = 4;

    private final Disk disk;

    Looks(Disk disk) {
        this.disk = disk;
    }

    Look tryLoad(CacheKey key, LoadSink sink) {
        long[] entries = new long[DiskIndex.MAX_VARIANTS];
        int count = disk.index.find(key, entries);
        if (count > MOST_AT_ONCE) {
            return Look.WOULD_WAIT;
        }
        Found[] found = new Found[count];
        Outcome[] outcomes = new Outcome[count];
        try {
            for (int i = 0; i < count; i++) {
                found[i] = new Found(disk, key, entries[i]);
                outcomes[i] = found[i].read(false);
                if (outcomes[i] == Outcome.WOULD_WAIT) {
                    disk.counters.count(Event.WOULD_WAIT);
                    return Look.WOULD_WAIT;
                }
            }
            for (int i = 0; i < count; i++) {
                if (outcomes[i] == Outcome.SOUND) {
                    found[i].give(sink);
                }
            }
        } finally {
            for (Found one : found) {
                if (one != null) {
                    one.close();
                }
            }
        }
        return Look.DONE;
    }

    void load(CacheKey key, LoadSink sink, Runnable then) {
        boolean runs =
                disk.threads.look(() -> {
                    try {
                        load(key, sink);
                    } finally {
                        then.run();
                    }
                });
        if (!runs) {
            disk.counters.count(Event.LOOKS_REFUSED);
            then.run();
        }
    }

    private void load(CacheKey key, LoadSink sink) {
        long[] entries = new long[DiskIndex.MAX_VARIANTS];
        int count = disk.index.find(key, entries);
        for (int i = 0; i < count; i++) {
            try (Found found = new Found(disk, key, entries[i])) {
                if (found.read(true) == Outcome.SOUND) {
                    found.give(sink);
                }
            }
        }
    }

    /**
     * Whether this very response is what is stored of its variant; without waiting, so that what
     * cannot be told counts as that.
     */
    boolean holds(Variant variant, StoredResponse response) {
        Change.OfVariant pending = disk.pending(variant);
        if (pending != null) {
            return pending instanceof Change.Write write
                    && write.bodyId() == response.bodyId()
                    && isHeadOf(write.head(), response);
        }
        long[] entries = new long[DiskIndex.MAX_VARIANTS];
        int count = disk.index.find(variant.key(), entries);
        boolean untold = false;
        for (int i = 0; i < count; i++) {
            try (Found found = new Found(disk, variant.key(), entries[i])) {
                Outcome outcome = found.read(false);
                untold |= outcome == Outcome.WOULD_WAIT;
                if (outcome == Outcome.SOUND
                        && found.variant().equals(variant)
                        && found.header().bodyId() == response.bodyId()
                        && isHeadOf(found.head().head(), response)) {
                    return found.stands();
                }
            }
        }
        return untold;
    }

    /** All but the times, which were restated. */
    private static boolean isHeadOf(ByteBuffer head, StoredResponse response) {
        int lines = head.getInt(HeadCodec.LINES_LENGTH);
        return head.getLong(HeadCodec.BORN_AT) == response.bornAt()
                && head.getLong(HeadCodec.BORN_AT_LOCAL) == response.bornAtLocal()
                && head.getLong(HeadCodec.LIFETIME) == response.lifetimeMillis()
                && head.getInt(HeadCodec.FLAGS) == response.flags()
                && head.getInt(HeadCodec.STATUS) == response.status()
                && head.slice(HeadCodec.LINES, lines).equals(response.fieldLines());
    }
}
