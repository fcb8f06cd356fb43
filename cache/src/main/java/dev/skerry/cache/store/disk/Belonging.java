package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.device.Superblock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Which of a disk's records are still its own. A key that belonged to another disk in any later era
 * may have been replaced or removed there: what was stored before is gone, even if the key belongs
 * here again.
 */
final class Belonging {
    private final UUID disk;
    private final List<Later> eras = new ArrayList<>();

    /** Of the disk with this superblock. */
    Belonging(Superblock superblock) {
        disk = superblock.disk();
        for (Superblock.Era era : superblock.eras()) {
            eras.add(new Later(era.firstSegment(), new Spread(era.disks())));
        }
    }

    private record Later(long firstSegment, Spread spread) {}

    /** Whether a record of the key in the segment of this number stands. */
    boolean keeps(CacheKey key, long segment) {
        for (Later era : eras) {
            if (segment < era.firstSegment && !era.spread.owner(key).equals(disk)) {
                return false;
            }
        }
        return true;
    }
}
