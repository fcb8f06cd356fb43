package dev.skerry.cache.engine;

import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.purge.BothLedgers;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.head.HeadCodec;
import java.nio.ByteBuffer;

/** Tells by both ledgers what no hit would be given any more, whatever its site is now. */
public final class LedgerSurvivors implements Survivors {
    private final BothLedgers ledgers;
    private final long applied;
    private final long appliedLocal;

    /** By ledgers that have been restored, and not applied anything since. */
    public LedgerSurvivors(Ledger fleet, LocalInvalidations local) {
        this.ledgers = new BothLedgers(fleet, local.ledger());
        this.applied = fleet.applied();
        this.appliedLocal = local.ledger().applied();
    }

    @Override
    public boolean mayBeFromBefore(long bornAt, long bornAtLocal) {
        return bornAt <= applied && bornAtLocal <= appliedLocal;
    }

    @Override
    public boolean isAlive(ByteBuffer head) {
        KeyName name = HeadCodec.name(head);
        if (name == null) {
            return true;
        }
        int at = head.position();
        return ledgers.judge(
                        name,
                        PurgeKeys.of(name.site(), name.host(), name.target()),
                        HeadCodec.tags(head),
                        head.getLong(at + HeadCodec.BORN_AT),
                        head.getLong(at + HeadCodec.BORN_AT_LOCAL))
                != Judgement.HARD;
    }
}
