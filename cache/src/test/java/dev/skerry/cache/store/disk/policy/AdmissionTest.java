package dev.skerry.cache.store.disk.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.index.PlainMemory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long DISK = 1 << 30;
    private static final int SITE = 7;

    private final PlainMemory memory = new PlainMemory();
    private final SiteShares shares = new SiteShares();

    @Test
    void everythingIsWrittenWhileThereIsRoom() {
        try (Admission admission = new Admission(DISK, memory, shares)) {
            assertTrue(admission.admits(key(1), SITE, 1000, false));
            admission.roomy(false);
            assertFalse(admission.admits(key(2), SITE, 1000, false));
            admission.roomy(true);
            assertTrue(admission.admits(key(3), SITE, 1000, false));
        }
    }

    @Test
    void aSecondFetchIsWorthAWrite() {
        try (Admission admission = full()) {
            assertFalse(admission.admits(key(1), SITE, 1000, false));
            assertFalse(admission.admits(key(2), SITE, 1000, false));
            assertTrue(admission.admits(key(1), SITE, 1000, false));
        }
    }

    @Test
    void whatIsProvedIsWrittenAtOnce() {
        try (Admission admission = full()) {
            assertTrue(admission.admits(key(1), SITE, 1000, true));
        }
    }

    @Test
    void whatWasGivenUpForRoomIsWrittenAgainWhenItIsFetched() {
        try (Admission admission = full()) {
            admission.dropped(key(1), 1000);
            assertTrue(admission.admits(key(1), SITE, 1000, false));
        }
    }

    /** Halves of 512 MiB each: the first key is in the older one until the second half is full. */
    @Test
    void aKeyIsForgottenWhenItWouldHaveLeftTheDisk() {
        try (Admission admission = full()) {
            admission.admits(key(0), SITE, DISK / 4, false);
            for (int i = 1; i <= 3; i++) {
                admission.admits(key(i), SITE, DISK / 4, false);
            }
            assertTrue(admission.admits(key(0), SITE, DISK / 4, false));
            admission.admits(key(4), SITE, DISK / 4, false);
            assertFalse(admission.admits(key(0), SITE, DISK / 4, false));
        }
    }

    /** 65,536 keys at least, in halves. */
    @Test
    void manySmallResponsesAreForgottenBeforeTheirBytesAreMany() {
        try (Admission admission = full()) {
            admission.admits(key(0), SITE, 1, false);
            for (int i = 1; i < 1 << 15; i++) {
                admission.admits(key(i), SITE, 1, false);
            }
            assertTrue(admission.admits(key(0), SITE, 1, false));
            for (int i = 1 << 15; i < (1 << 16) + 1000; i++) {
                admission.admits(key(i), SITE, 1, false);
            }
            assertFalse(admission.admits(key(0), SITE, 1, false));
        }
    }

    @Test
    void aKeyIsSeldomTakenForAnother() {
        SeenKeys seen = new SeenKeys(Long.MAX_VALUE, 1 << 16, memory);
        for (int i = 0; i < 1 << 16; i++) {
            seen.add(key(i), 1);
        }
        int wrong = 0;
        for (int i = 0; i < 100_000; i++) {
            wrong += seen.contains(key(1_000_000 + i)) ? 1 : 0;
        }
        assertTrue(wrong < 2000, () -> "taken for another");
        assertEquals(2 * (1 << 16), seen.memory());
        seen.close();
        assertEquals(0, memory.taken());
    }

    @Test
    void withoutMemoryItAdmits() {
        memory.limit(0);
        try (Admission admission = full()) {
            assertTrue(admission.admits(key(1), SITE, 1000, false));
            assertTrue(admission.admits(key(1), SITE, 1000, false));
        }
    }

    @Test
    void nothingOfASiteIsWrittenBeyondItsCap() {
        shares.set(Map.of(SITE, new SiteShare(0, 10_000)));
        try (Admission admission = new Admission(DISK, memory, shares)) {
            shares.added(1, SITE, 9000);
            assertTrue(admission.admits(key(1), SITE, 1000, false));
            assertFalse(admission.admits(key(1), SITE, 1001, true));
            assertTrue(admission.admits(key(1), SITE + 1, 1001, false));
            shares.left(1);
            assertTrue(admission.admits(key(1), SITE, 1001, false));
        }
    }

    @Test
    void belowItsFloorASiteNeedsNoSecondFetch() {
        shares.set(Map.of(SITE, new SiteShare(10_000, Long.MAX_VALUE)));
        try (Admission admission = full()) {
            shares.added(1, SITE, 9999);
            assertTrue(admission.admits(key(1), SITE, 1000, false));
            shares.added(1, SITE, 1);
            assertFalse(admission.admits(key(1), SITE, 1000, false));
        }
    }

    private Admission full() {
        Admission admission = new Admission(DISK, memory, shares);
        admission.roomy(false);
        return admission;
    }

    private static CacheKey key(int i) {
        return new CacheKey(0, i);
    }
}
