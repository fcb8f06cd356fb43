package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProbationTest {
    private static final long MAXIMUM = 3000;

    private final Probation probation = new Probation();

    /** A third of 3000 is on probation at most. */
    @Test
    void probationEndsInTheOrderOfComingWhenAThirdOfTheMemoryIsOnIt() {
        probation.enter(Sample.key(1), 500);
        probation.enter(Sample.key(2), 500);
        assertNull(probation.next(MAXIMUM));
        probation.enter(Sample.key(3), 1);
        assertEquals(Sample.key(1), probation.next(MAXIMUM));
        assertNull(probation.next(MAXIMUM));
    }

    @Test
    void theLastOneMayBeLargerThanThat() {
        probation.enter(Sample.key(1), 5000);
        assertNull(probation.next(MAXIMUM));
        probation.enter(Sample.key(2), 1);
        assertEquals(Sample.key(1), probation.next(MAXIMUM));
    }

    @Test
    void everybodyStaysWhileNobodyHadToMakeRoom() {
        assertTrue(probation.stays(1_000_000, false, 0, MAXIMUM));
    }

    @Test
    void whatIsLargerThanThoseWhoMadeRoomGoesUnlessItWasUsed() {
        evict(10);
        assertTrue(probation.stays(9, false, 0, MAXIMUM));
        assertFalse(probation.stays(12, false, 0, MAXIMUM));
        assertTrue(probation.stays(12, true, 0, MAXIMUM));
        assertFalse(probation.stays(24, true, 0, MAXIMUM));
    }

    /** Spare is more than 3000 / 24. */
    @Test
    void whereMemoryHasRoomLessAndLessIsAsked() {
        evict(10);
        for (int i = 0; i < 5000; i++) {
            probation.stays(100, false, 125, MAXIMUM);
        }
        assertFalse(probation.stays(100, false, 125, MAXIMUM));
        for (int i = 0; i < 5000; i++) {
            probation.stays(100, false, 126, MAXIMUM);
        }
        assertTrue(probation.stays(100, false, 125, MAXIMUM));
    }

    @Test
    void whoIsForgottenIsNotReviewed() {
        probation.enter(Sample.key(1), 5000);
        probation.enter(Sample.key(2), 5000);
        probation.clear();
        assertNull(probation.next(MAXIMUM));
    }

    /** So many that the mean is theirs. */
    private void evict(int weight) {
        for (int i = 0; i < 20_000; i++) {
            probation.evicted(weight);
        }
    }
}
