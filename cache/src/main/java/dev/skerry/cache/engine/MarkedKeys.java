package dev.skerry.cache.engine;

import dev.skerry.cache.key.CacheKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys that are remembered for a while: as not shareable (hit-for-miss), or as failing. A mark ends
 * with its time, or with a purge of its site (PURGE.md rule 18).
 */
final class MarkedKeys {
    private final LinkedHashMap<CacheKey, Mark> marks;

    private record Mark(long untilMillis, long epoch) {}

    /** At most this many keys; the one marked longest ago goes first. */
    MarkedKeys(int maxKeys) {
        this.marks =
                new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<CacheKey, Mark> eldest) {
                        return size() > maxKeys;
                    }
                };
    }

    /** Marks a key until a time. {@code epoch} is the site's at this time. */
    synchronized void mark(CacheKey key, long untilMillis, long epoch) {
        marks.remove(key);
        marks.put(key, new Mark(untilMillis, epoch));
    }

    /** Whether the key is marked, and no purge of its site came since. */
    synchronized boolean isMarked(CacheKey key, long nowMillis, long epoch) {
        Mark mark = marks.get(key);
        if (mark == null) {
            return false;
        }
        if (nowMillis < mark.untilMillis && epoch == mark.epoch) {
            return true;
        }
        marks.remove(key);
        return false;
    }

    synchronized void clear(CacheKey key) {
        marks.remove(key);
    }

    synchronized int size() {
        return marks.size();
    }
}
