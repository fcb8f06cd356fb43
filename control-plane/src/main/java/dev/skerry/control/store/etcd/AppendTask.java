package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.store.ControlStore.Appended;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.SiteVersions;
import dev.skerry.control.store.StaleVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts drafts into the order, and records beside them. */
final class AppendTask implements Pending.Task<Appended> {
    private final List<Draft> drafts;
    private final Function<List<Change>, List<Entry>> records;
    private final long now;
    private final int versions;

    /**
     * Of drafts.
     *
     * @param now the wall time of acceptance
     * @param versions how many documents of a site are kept
     */
    AppendTask(
            List<Draft> drafts,
            Function<List<Change>, List<Entry>> records,
            long now,
            int versions) {
        this.drafts = drafts;
        this.records = records;
        this.now = now;
        this.versions = versions;
    }

    @Override
    public Part<Appended> plan(Plan plan) throws StaleVersion, IOException {
        Map<String, @Nullable String> written = new LinkedHashMap<>();
        Map<String, SiteRow> sites = new LinkedHashMap<>();
        List<Change> changes = new ArrayList<>(drafts.size());
        String history = plan.at().history();
        long counter = plan.at().counter();
        String hash = plan.at().hash();
        for (Draft draft : drafts) {
            Change change = accept(draft, history, ++counter, plan, sites, written);
            hash = ChainHash.after(hash, change);
            changes.add(change);
        }
        List<Change> made = List.copyOf(changes);
        for (Entry entry : records.apply(made)) {
            written.put(entry.name(), entry.value());
        }
        if (!Plan.fits(written.size() + sites.size())) {
            throw new IllegalArgumentException(
                    written.size() + " records beside an append are too many");
        }
        Position at = new Position(new Revision(history, counter), hash);
        return new Part<>(new Appended(made, at), made, at, false, written, sites);
    }

    private Change accept(
            Draft draft,
            String history,
            long counter,
            Plan plan,
            Map<String, SiteRow> sites,
            Map<String, @Nullable String> written)
            throws StaleVersion, IOException {
        return switch (draft) {
            case Draft.Purge purge ->
                    new Change.Purged(
                            new PurgeRecord(
                                    counter,
                                    purge.site(),
                                    purge.scope(),
                                    purge.value(),
                                    purge.mode(),
                                    now));
            case Draft.ApplySite apply -> {
                SiteRow before = expected(apply.site(), apply.expected(), plan, sites);
                long version = before == null ? 1 : before.version() + 1;
                boolean created = before == null || !before.live();
                SiteRow row = new SiteRow(apply.site(), version, history, counter, true);
                sites.put(apply.site(), row);
                Change.SiteApplied change =
                        new Change.SiteApplied(
                                counter, apply.site(), version, apply.document(), created, now);
                Entry entry = SiteVersions.entry(history, change);
                written.put(entry.name(), entry.value());
                if (version > versions) {
                    written.put(SiteVersions.name(apply.site(), version - versions), null);
                }
                yield change;
            }
            case Draft.RestoreSite site -> {
                String document = site.document();
                sites.put(
                        site.site(),
                        new SiteRow(
                                site.site(), site.version(), history, counter, document != null));
                yield document == null
                        ? new Change.SiteDeleted(counter, site.site(), now)
                        : new Change.SiteApplied(
                                counter, site.site(), site.version(), document, true, now);
            }
            case Draft.DeleteSite delete -> {
                SiteRow before = expected(delete.site(), delete.expected(), plan, sites);
                if (before == null || !before.live()) {
                    throw new StaleVersion(delete.site(), 0);
                }
                SiteRow row = new SiteRow(delete.site(), before.version(), history, counter, false);
                sites.put(delete.site(), row);
                yield new Change.SiteDeleted(counter, delete.site(), now);
            }
        };
    }

    private static @Nullable SiteRow expected(
            String site, @Nullable Long expected, Plan plan, Map<String, SiteRow> sites)
            throws StaleVersion, IOException {
        SiteRow mine = sites.get(site);
        SiteRow row = mine == null ? plan.site(site) : mine;
        long current = row == null || !row.live() ? 0 : row.version();
        if (expected != null && expected != current) {
            throw new StaleVersion(site, current);
        }
        return row;
    }
}
