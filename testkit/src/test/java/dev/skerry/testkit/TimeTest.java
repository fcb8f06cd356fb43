package dev.skerry.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TimeTest {
    @Test
    void bothClocksAdvanceTogetherAndOnlyTheWallClockJumps() {
        ManualClock clock = new ManualClock();
        long nanos = clock.getAsLong();
        Instant wall = clock.instant();
        clock.advance(Duration.ofMillis(1500));
        clock.jumpWall(Duration.ofHours(-1));
        assertEquals(nanos + 1_500_000_000L, clock.getAsLong());
        assertEquals(wall.plusMillis(1500).minusSeconds(3600), clock.instant());
        assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofNanos(-1)));
    }

    @Test
    void awaitReturnsOnceTheConditionHolds() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Await.until("third question", () -> asked.incrementAndGet() == 3);
        assertEquals(3, asked.get());
    }

    @Test
    void anOpenGateLetsEverybodyThrough() throws Exception {
        Gate gate = new Gate("test");
        Thread waiting = Thread.ofVirtual().start(() -> awaitQuietly(gate));
        gate.awaitArrival();
        gate.open();
        waiting.join();
        assertTrue(gate.isOpen());
        gate.await();
    }

    private static void awaitQuietly(Gate gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
