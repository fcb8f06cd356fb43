package dev.skerry.proxy.node;

import dev.skerry.cache.purge.DurableLedger;
import dev.skerry.cache.purge.Followed;
import dev.skerry.cache.purge.HistoryFrame;
import dev.skerry.cache.purge.KeyedPurge;
import dev.skerry.cache.purge.Ledger;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of the fleet's purges, and how a purge gets into it: through the disk, or not.
 *
 * <p>A node without a state directory forgets with its cache, so nothing of its own comes back; but
 * a shield's older copy may.
 */
record PurgeLedger(Ledger ledger, @Nullable DurableLedger durable) {
    /** In memory and on disk alike, about 100 MB at the most. */
    static final int MOST_RECORDS = 1_000_000;

    /** A ledger that ends with this process. */
    static PurgeLedger inMemory() {
        return new PurgeLedger(new Ledger(MOST_RECORDS), null);
    }

    /** The frame of the history that is followed. */
    HistoryFrame frame() {
        Followed followed = durable == null ? null : durable.followed();
        return followed == null ? HistoryFrame.ALONE : followed.frame();
    }

    /** What a revision of this node's ledger is called outside: with its history, if it has one. */
    String revision(long local) {
        HistoryFrame frame = frame();
        return frame.history().isEmpty()
                ? Long.toString(local)
                : frame.history() + "." + frame.counter(local);
    }

    /** Applies purges; completes when they are as durable as this ledger is. */
    CompletionStage<?> apply(List<KeyedPurge> purges) {
        if (durable != null) {
            return durable.apply(purges);
        }
        ledger.applyAll(purges);
        return CompletableFuture.completedFuture(ledger.applied());
    }
}
