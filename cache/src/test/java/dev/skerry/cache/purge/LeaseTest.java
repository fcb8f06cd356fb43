package dev.skerry.cache.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.ManualClock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** PURGE.md rule 14, the node's side of it. */
final class LeaseTest {
    private final ManualClock clock = new ManualClock();
    private final Lease lease = Lease.none(new NodeTime(clock::monotonicMillis, clock));

    private long now() {
        return clock.monotonicMillis();
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    private void jump(long millis) {
        clock.jumpWall(Duration.ofMillis(millis));
    }

    @Test
    void rule19AProcessBeginsWithoutOne() {
        assertTrue(lease.isOver(now()));
        assertEquals(0, lease.remainingMillis());
    }

    @Test
    void rule14ItCountsFromThePingNotFromTheBeat() {
        long sent = now();
        pass(400);
        lease.extend(sent, 1000);

        assertEquals(600, lease.remainingMillis());
        pass(599);
        assertFalse(lease.isOver(now()));
        pass(1);
        assertTrue(lease.isOver(now()));
        assertEquals(0, lease.remainingMillis());
    }

    @Test
    void anAnswerThatComesLateShortensNothing() {
        lease.extend(now(), 1000);
        lease.extend(now() - 500, 1000);

        assertEquals(1000, lease.remainingMillis());
    }

    @Test
    void rule14AWallClockThatJumpsAheadOfTheOtherVoidsIt() {
        lease.extend(now(), 10_000);
        jump(Lease.JUMP_MILLIS);
        lease.watch();
        assertFalse(lease.isOver(now()), "as a clock is corrected");

        jump(1);
        lease.watch();

        assertTrue(lease.isOver(now()));
    }

    @Test
    void rule14WhoAsksHowMuchIsLeftLooksAtTheClocksFirst() {
        lease.extend(now(), 10_000);
        jump(3_600_000);

        assertEquals(0, lease.remainingMillis());
        assertTrue(lease.isOver(now()));
    }

    @Test
    void rule14APingFromBeforeTheJumpIsWorthNothing() {
        long sent = now();
        jump(3_600_000);
        lease.extend(sent, 10_000);
        assertTrue(lease.isOver(now()));
        pass(1);

        lease.extend(now(), 10_000);

        assertEquals(10_000, lease.remainingMillis());
    }

    @Test
    void manyNapsAreALongSleep() {
        lease.extend(now(), 60_000);
        for (int i = 0; i < 3; i++) {
            pass(100);
            jump(Lease.JUMP_MILLIS / 3);
            lease.watch();
            assertFalse(lease.isOver(now()));
        }
        pass(100);
        jump(Lease.JUMP_MILLIS / 3);
        lease.watch();
        assertTrue(lease.isOver(now()));
    }

    @Test
    void aClockThatIsCorrectedSlowlyVoidsNothing() {
        lease.extend(now(), 10_000_000);
        for (int i = 0; i < 1000; i++) {
            pass(1000);
            jump(1);
            lease.watch();
        }
        assertFalse(lease.isOver(now()));
    }

    @Test
    void aWallClockThatGoesBackVoidsNothing() {
        lease.extend(now(), 10_000);
        jump(-3_600_000);
        lease.watch();
        assertFalse(lease.isOver(now()));
        jump(Lease.JUMP_MILLIS + 1);
        lease.watch();
        assertTrue(lease.isOver(now()), "but from there it counts again");
    }

    @Test
    void rule14WhatIsPassedOnIsTheLeaseAsItWas() {
        lease.extend(now(), 1000);
        LongSupplier term = lease.term();
        pass(100);
        lease.extend(now(), 1000);

        assertEquals(900, term.getAsLong());
        pass(900);
        assertEquals(0, term.getAsLong());
        assertEquals(100, lease.remainingMillis());
    }

    @Test
    void rule14WhatIsPassedOnEndsWithTheLeaseThoughThereIsAnotherOneSince() {
        lease.extend(now(), 10_000);
        LongSupplier term = lease.term();
        pass(1);
        jump(3_600_000);
        assertEquals(0, term.getAsLong());
        pass(1);
        lease.extend(now(), 10_000);

        assertEquals(0, term.getAsLong());
        assertEquals(0, Lease.none(new NodeTime(clock::monotonicMillis, clock)).term().getAsLong());
    }

    @Test
    void anEndlessOneIsNeverOver() {
        Lease endless = Lease.endless();
        endless.watch();
        assertFalse(endless.isOver(Long.MAX_VALUE - 1));
        assertEquals(Long.MAX_VALUE, endless.remainingMillis());
    }
}
