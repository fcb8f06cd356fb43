package dev.skerry.control.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeOrderTest {
    private static final PurgeTarget TARGET = new PurgeTarget(Scope.TAG, "a");

    /** 1000 s and 7 ms after 1970: 1,000,007,000 microseconds. */
    private static final Instant NOW = Instant.ofEpochMilli(1_000_007);

    @Test
    void aRevisionIsTheTimeInMicroseconds() {
        NodeOrder order = new NodeOrder(0, () -> NOW);
        assertEquals(1_000_007_001L, next(order));
        assertEquals(1_000_007_002L, next(order));
    }

    @Test
    void whatTheLedgerAppliedIsNeverRepeatedWhenTheClockIsBehind() {
        NodeOrder order = new NodeOrder(1_000_007_500L, () -> NOW);
        assertEquals(1_000_007_501L, next(order));
    }

    private static long next(NodeOrder order) {
        List<PurgeRecord> records = order.append("shop", List.of(TARGET), Mode.HARD);
        return records.getFirst().revision();
    }
}
