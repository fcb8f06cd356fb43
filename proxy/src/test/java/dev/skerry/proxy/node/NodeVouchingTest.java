package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.purge.KeyedPurge;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.NodeTime;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.proxy.hop.Vouch;
import dev.skerry.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NodeVouchingTest {
    private final ManualClock clock = new ManualClock();
    private final Lease lease = Lease.none(new NodeTime(clock::monotonicMillis, clock));
    private final Ledger ledger = new Ledger(10);
    private final NodeVouching vouching = new NodeVouching(lease, ledger);

    private void apply(long revision) {
        ledger.apply(new KeyedPurge(revision, 1, KeyedPurge.EVERYTHING, Mode.HARD, 0));
    }

    @Test
    void rule14OnlyWhoHasAppliedWhatTheShieldHasIsVouchedFor() {
        apply(4);
        long sent = clock.monotonicMillis();
        clock.advance(Duration.ofMillis(100));
        vouching.heard(new Vouch(5, 1000), sent);
        assertEquals(0, lease.remainingMillis());
        apply(5);

        vouching.heard(new Vouch(5, 1000), sent);

        assertEquals(900, lease.remainingMillis(), "from when the request left");
    }

    @Test
    void aNodeSaysWhatItHasAppliedAndWhatIsLeft() {
        apply(4);
        assertEquals(new Vouch(4, 0), vouching.own());
        lease.extend(clock.monotonicMillis(), 1000);
        clock.advance(Duration.ofMillis(1));
        assertEquals(new Vouch(4, 999), vouching.own());
    }
}
