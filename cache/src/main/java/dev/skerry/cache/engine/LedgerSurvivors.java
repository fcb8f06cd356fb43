package dev.skerry.cache.engine;

import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.head.HeadCodec;
import java.nio.ByteBuffer;
import java.util.List;

/** Tells by both ledgers what no hit would be given any more, whatever its site is now. */
public final class LedgerSurvivors implements Survivors {
    private final Ledger fleet;
    private final Ledger local;
    private final long applied;
    private final long appliedLocal;

    /** By ledgers that have been restored, and not applied anything since. */
    public LedgerSurvivors(Ledger fleet, LocalInvalidations local) {
        this.fleet = fleet;
        this.local = local.ledger();
        this.applied = fleet.applied();
        this.appliedLocal = this.local.applied();
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
        List<String> tags = HeadCodec.tags(head);
        PurgeKeys keys = PurgeKeys.of(name.site(), name.host(), name.target());
        long[] siteTags = new long[tags.size()];
        long[] groups = new long[tags.size()];
        for (int i = 0; i < siteTags.length; i++) {
            siteTags[i] = PurgeKeys.tag(name.site(), tags.get(i));
            groups[i] = PurgeKeys.group(name.site(), name.host(), tags.get(i));
        }
        long bornAt = head.getLong(at + HeadCodec.BORN_AT);
        long bornAtLocal = head.getLong(at + HeadCodec.BORN_AT_LOCAL);
        return judge(fleet, name, keys, siteTags, bornAt) != Judgement.HARD
                && judge(local, name, keys, groups, bornAtLocal) != Judgement.HARD;
    }

    private static Judgement judge(
            Ledger ledger, KeyName name, PurgeKeys keys, long[] tags, long bornAt) {
        return ledger.site(name.site()).judge(keys, tags, bornAt, ledger.applied());
    }
}
