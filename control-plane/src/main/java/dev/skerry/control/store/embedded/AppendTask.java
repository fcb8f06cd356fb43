package dev.skerry.control.store.embedded;

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
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts drafts into the order, and records beside them. */
final class AppendTask implements Work.Task<Appended> {
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
    public Work.Done<Appended> run(Tables tables, Place place) throws SQLException, StaleVersion {
        List<Change> changes = new ArrayList<>(drafts.size());
        String history = place.position().history();
        long counter = place.position().counter();
        String hash = place.position().hash();
        for (Draft draft : drafts) {
            Change change = accept(tables, draft, history, ++counter);
            hash = ChainHash.after(hash, change);
            tables.changes().add(change, hash);
            PurgeRecord purge = change.purge();
            if (purge != null) {
                tables.ledger().record(purge);
            }
            changes.add(change);
        }
        List<Change> made = List.copyOf(changes);
        for (Entry entry : records.apply(made)) {
            tables.records().write(entry);
        }
        Position at = new Position(new Revision(history, counter), hash);
        return new Work.Done<>(
                new Appended(made, at),
                new Place(place.epoch(), at, place.floor(), place.first(), place.base()));
    }

    private Change accept(Tables tables, Draft draft, String history, long counter)
            throws SQLException, StaleVersion {
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
            case Draft.ApplySite apply -> apply(tables, apply, history, counter);
            case Draft.RestoreSite site -> {
                String document = site.document();
                tables.sites()
                        .write(new SiteTable.Row(site.site(), site.version(), counter, document));
                yield document == null
                        ? new Change.SiteDeleted(counter, site.site(), now)
                        : new Change.SiteApplied(
                                counter, site.site(), site.version(), document, true, now);
            }
            case Draft.DeleteSite delete -> {
                SiteTable.Row before = tables.sites().find(delete.site());
                if (before == null || before.document() == null) {
                    throw new StaleVersion(delete.site(), 0);
                }
                expect(delete.site(), delete.expected(), before);
                tables.sites()
                        .write(new SiteTable.Row(delete.site(), before.version(), counter, null));
                yield new Change.SiteDeleted(counter, delete.site(), now);
            }
        };
    }

    private Change apply(Tables tables, Draft.ApplySite apply, String history, long counter)
            throws SQLException, StaleVersion {
        String site = apply.site();
        SiteTable.Row before = tables.sites().find(site);
        expect(site, apply.expected(), before);
        long version = before == null ? 1 : before.version() + 1;
        tables.sites().write(new SiteTable.Row(site, version, counter, apply.document()));
        Change.SiteApplied change =
                new Change.SiteApplied(
                        counter,
                        site,
                        version,
                        apply.document(),
                        before == null || before.document() == null,
                        now);
        tables.records().write(SiteVersions.entry(history, change));
        tables.records().write(new Entry(SiteVersions.name(site, version - versions), null));
        return change;
    }

    private static void expect(String site, @Nullable Long expected, SiteTable.@Nullable Row row)
            throws StaleVersion {
        long current = row == null || row.document() == null ? 0 : row.version();
        if (expected != null && expected != current) {
            throw new StaleVersion(site, current);
        }
    }
}
