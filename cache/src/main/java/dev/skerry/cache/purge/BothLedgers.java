package dev.skerry.cache.purge;

import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.key.PurgeKeys;
import java.util.List;

/**
 * What the fleet's purges and a node's own invalidations say about a response that is known by its
 * name, whatever its site is now. Thread-safe.
 */
public record BothLedgers(Ledger fleet, Ledger local) {
    /**
     * Judges by everything that is applied now.
     *
     * @param keys those of the name
     */
    public Judgement judge(
            KeyName name, PurgeKeys keys, List<String> tags, long bornAt, long bornAtLocal) {
        long[] siteTags = new long[tags.size()];
        long[] groups = new long[tags.size()];
        for (int i = 0; i < siteTags.length; i++) {
            siteTags[i] = PurgeKeys.tag(name.site(), tags.get(i));
            groups[i] = PurgeKeys.group(name.site(), name.host(), tags.get(i));
        }
        Judgement purged = judge(fleet, name, keys, siteTags, bornAt);
        Judgement invalidated = judge(local, name, keys, groups, bornAtLocal);
        return purged.compareTo(invalidated) >= 0 ? purged : invalidated;
    }

    private static Judgement judge(
            Ledger ledger, KeyName name, PurgeKeys keys, long[] tags, long bornAt) {
        return ledger.site(name.site()).judge(keys, tags, bornAt, ledger.applied());
    }
}
