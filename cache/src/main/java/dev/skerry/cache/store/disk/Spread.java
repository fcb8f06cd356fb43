package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Which of several disks a key belongs to: the one that scores highest for it (rendezvous hashing),
 * so that a disk more takes an equal share from each, and one less leaves the others' keys alone.
 * The scores are part of the format of a disk.
 */
final class Spread {
    private final List<UUID> disks;

    /** Over these disks, in whatever order. */
    Spread(Collection<UUID> disks) {
        this.disks = List.copyOf(new TreeSet<>(disks));
    }

    UUID owner(CacheKey key) {
        UUID best = disks.get(0);
        long most = score(best, key);
        for (int i = 1; i < disks.size(); i++) {
            long score = score(disks.get(i), key);
            if (score > most) {
                most = score;
                best = disks.get(i);
            }
        }
        return best;
    }

    private static long score(UUID disk, CacheKey key) {
        long score = mix(disk.getMostSignificantBits() ^ key.high());
        return mix(score + mix(disk.getLeastSignificantBits() ^ key.low()));
    }

    /** The finaliser of SplitMix64: every bit of the value reaches every bit of the result. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
