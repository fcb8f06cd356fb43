package dev.skerry.proxy.inventory;

import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.purge.BothLedgers;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.purge.KeyedPurge;
import dev.skerry.cache.purge.PurgeScopes;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.config.protocol.DryRunQuestion;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which responses a purge would make a difference to: those that it names, and that no purge before
 * it has made as stale or as dead already.
 */
final class PurgeReach {
    private final String site;
    private final Mode mode;
    private final boolean urlsAlone;
    private final Set<Long> named = new HashSet<>();
    private final BothLedgers ledgers;

    PurgeReach(DryRunQuestion question, PurgeScopes.Targets targets, BothLedgers ledgers) {
        this.site = question.site();
        this.mode = question.mode();
        this.ledgers = ledgers;
        this.urlsAlone = question.purges().stream().allMatch(purge -> purge.scope() == Scope.URL);
        for (DryRunQuestion.Named purge : question.purges()) {
            PurgeRecord record = new PurgeRecord(1, site, purge.scope(), purge.value(), mode, 0);
            named.add(PurgeScopes.keyed(record, 0, targets).key());
        }
    }

    String site() {
        return site;
    }

    /** Whether all that it names are URLs. */
    boolean urlsAlone() {
        return urlsAlone;
    }

    boolean hits(StoredHead head) {
        KeyName name = head.name();
        return name != null
                && name.site().equals(site)
                && hits(
                        name,
                        keys(name),
                        head.tags(),
                        head.stamp().bornAt(),
                        head.stamp().bornAtLocal());
    }

    /**
     * Whether it hits a response.
     *
     * @param keys those of the name, which is one of the site
     */
    boolean hits(KeyName name, PurgeKeys keys, List<String> tags, long bornAt, long bornAtLocal) {
        if (!names(keys, tags)) {
            return false;
        }
        Judgement now = ledgers.judge(name, keys, tags, bornAt, bornAtLocal);
        return mode == Mode.HARD ? now != Judgement.HARD : now == Judgement.ALIVE;
    }

    /** The names of a response; null of one of another site. */
    @Nullable PurgeKeys keysOfSite(@Nullable KeyName name) {
        return name == null || !name.site().equals(site) ? null : keys(name);
    }

    private static PurgeKeys keys(KeyName name) {
        return PurgeKeys.of(name.site(), name.host(), name.target());
    }

    private boolean names(PurgeKeys keys, List<String> tags) {
        if (named.contains(KeyedPurge.EVERYTHING)
                || named.contains(keys.url())
                || named.contains(keys.host())) {
            return true;
        }
        for (int i = 0; i < keys.prefixCount(); i++) {
            if (named.contains(keys.prefix(i))) {
                return true;
            }
        }
        for (String tag : tags) {
            if (named.contains(PurgeKeys.tag(site, tag))) {
                return true;
            }
        }
        return false;
    }
}
