package dev.skerry.cache.store.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long MILLI = 1_000_000L;

    private final Allowance allowance = new Allowance(0);

    @Test
    void isUsedUpByWaiting() {
        assertEquals(100 * MILLI, allowance.left(0));
        allowance.spend(99 * MILLI, 99 * MILLI);
        assertEquals(MILLI, allowance.left(99 * MILLI));
        allowance.spend(MILLI, 100 * MILLI);
        assertEquals(0, allowance.left(100 * MILLI));
    }

    @Test
    void comesBackAtATenthOfTheTimeInBetween() {
        allowance.spend(100 * MILLI, 100 * MILLI);
        assertEquals(5 * MILLI, allowance.left(150 * MILLI));
        assertEquals(100 * MILLI, allowance.left(100_000 * MILLI));
    }

    @Test
    void isNothingWhileLessThanAMillisecondHasComeBack() {
        allowance.spend(100 * MILLI, 100 * MILLI);
        assertEquals(0, allowance.left(110 * MILLI - 10));
        assertEquals(MILLI, allowance.left(110 * MILLI));
    }
}
