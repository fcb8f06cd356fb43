package dev.skerry.cache.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.device.Superblock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SpreadTest {
    private static final UUID A = new UUID(1, 1);
    private static final UUID B = new UUID(1, 2);
    private static final UUID C = new UUID(2, 1);
    private static final int KEYS = 30_000;

    @Test
    void disksShareKeysEqually() {
        Spread spread = new Spread(List.of(C, B, A));
        Map<UUID, Integer> counts = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            counts.merge(spread.owner(key(i)), 1, Integer::sum);
        }
        for (UUID disk : List.of(A, B, C)) {
            int share = counts.getOrDefault(disk, 0);
            assertTrue(Math.abs(share - KEYS / 3) < KEYS / 50, disk + " has " + share);
        }
    }

    @Test
    void oneDiskLessLeavesTheOthersTheirKeys() {
        Spread three = new Spread(List.of(A, B, C));
        Spread two = new Spread(List.of(B, A));
        for (int i = 0; i < KEYS; i++) {
            UUID before = three.owner(key(i));
            if (!before.equals(C)) {
                assertEquals(before, two.owner(key(i)));
            }
        }
    }

    /** Disks that were filled must find their keys again: this is a format. */
    @Test
    void ownersNeverChange() {
        Spread spread = new Spread(List.of(A, B, C));
        StringBuilder owners = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            owners.append("ABC".charAt(List.of(A, B, C).indexOf(spread.owner(key(i)))));
        }
        assertEquals("BACCAACBCCBBBBBBCBCBACBB", owners.toString());
    }

    @Test
    void whatBelongedElsewhereInALaterEraIsGone() {
        Belonging belonging =
                new Belonging(
                        new Superblock(
                                A,
                                "",
                                0,
                                List.of(
                                        new Superblock.Era(0, Set.of(A)),
                                        new Superblock.Era(10, Set.of(A, B)),
                                        new Superblock.Era(20, Set.of(A)))));
        Spread both = new Spread(List.of(A, B));
        int others = 0;
        for (int i = 0; i < 100; i++) {
            CacheKey key = key(i);
            boolean stayed = both.owner(key).equals(A);
            others += stayed ? 0 : 1;
            assertEquals(stayed, belonging.keeps(key, 9), "was stored before the other disk came");
            assertTrue(belonging.keeps(key, 10), "was stored while the other disk was there");
            assertTrue(belonging.keeps(key, 25));
        }
        assertTrue(others > 20);
        assertFalse(others > 80);
    }

    private static CacheKey key(int i) {
        return new CacheKey(i, -i);
    }
}
