package dev.skerry.shield.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamEvent.Changes;
import dev.skerry.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ChangeBufferTest {
    private final ManualClock clock = new ManualClock();
    private final Order order = new Order('a');
    private final ChangeBuffer buffer = new ChangeBuffer(clock, 3, 1 << 20);

    @Test
    void theOldestGiveWayOnePastTheLimit() {
        buffer.goOnFrom(order.at(1));
        buffer.add(order.changes(1, 4));
        assertTrue(buffer.continues(order.at(1)), "three changes");
        buffer.add(order.changes(4, 5));
        assertFalse(buffer.continues(order.at(1)), "the fourth");
        assertTrue(buffer.continues(order.at(2)));
        assertTrue(buffer.continues(order.at(5)));
        assertFalse(buffer.continues(order.at(6)));
    }

    @Test
    void textsAreBoundedTooButTheLatestStays() {
        // A tag purge counts for 160 and its tag of 5.
        ChangeBuffer small = new ChangeBuffer(clock, 100, 2 * 165);
        small.goOnFrom(order.at(0));
        small.add(order.changes(0, 2));
        assertTrue(small.continues(order.at(0)));
        small.add(order.changes(2, 3));
        assertFalse(small.continues(order.at(0)));
        assertTrue(small.continues(order.at(1)));
        ChangeBuffer tiny = new ChangeBuffer(clock, 100, 1);
        tiny.goOnFrom(order.at(0));
        tiny.add(order.changes(0, 1));
        assertTrue(tiny.continues(order.at(0)));
    }

    @Test
    void purgeRule17APositionWithAnotherPastIsNotContinued() {
        Order foreign = new Order('b');
        assertFalse(buffer.continues(order.at(0)), "nothing is known yet");
        buffer.goOnFrom(order.at(1));
        buffer.add(order.changes(1, 3));
        for (int counter = 1; counter <= 3; counter++) {
            assertTrue(buffer.continues(order.at(counter)));
            assertFalse(
                    buffer.continues(
                            new Position(
                                    order.at(counter).revision(), foreign.at(counter).hash())));
            assertFalse(buffer.continues(foreign.at(counter)));
        }
        assertFalse(buffer.continues(null));
    }

    @Test
    void changesGrowOlderWhileTheyAreKept() {
        buffer.goOnFrom(order.at(0));
        buffer.add(order.changes(0, 1));
        clock.advance(Duration.ofMillis(40));
        buffer.add(order.changes(1, 2));
        clock.advance(Duration.ofMillis(2));
        Changes kept = buffer.after(order.at(0));
        assertNotNull(kept);
        // Each was 1 ms old when it came.
        assertEquals(43, kept.changes().get(0).elapsedMillis());
        assertEquals(3, kept.changes().get(1).elapsedMillis());
        assertEquals(order.at(2), kept.after());
        assertNull(buffer.after(order.at(2)));
    }

    @Test
    void anEventHasSoManyChangesAndNotOneMore() {
        ChangeBuffer large = new ChangeBuffer(clock);
        large.goOnFrom(order.at(0));
        large.add(order.changes(0, ChangeBuffer.BATCH_CHANGES + 1));
        Changes first = large.after(order.at(0));
        assertNotNull(first);
        assertEquals(order.at(ChangeBuffer.BATCH_CHANGES), first.after());
        Changes second = large.after(first.after());
        assertNotNull(second);
        assertEquals(1, second.changes().size());
    }

    @Test
    void whatDoesNotGoOnBeginsAnew() {
        buffer.goOnFrom(order.at(0));
        buffer.add(order.changes(0, 2));
        assertTrue(buffer.goOnFrom(order.at(2)));
        assertTrue(buffer.continues(order.at(1)));
        assertFalse(buffer.goOnFrom(order.at(3)));
        assertFalse(buffer.continues(order.at(1)));
        assertTrue(buffer.continues(order.at(3)));
    }
}
