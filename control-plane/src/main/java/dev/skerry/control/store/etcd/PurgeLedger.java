package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was purged: the latest hard and the latest soft purge of each name (PURGE.md rule 8), made
 * of rows and of the changes after them. Changes that the rows know already do no harm: a merge
 * that broke off has written some rows and not said so.
 */
final class PurgeLedger {
    private final TreeMap<String, Map<Name, LedgerRow>> sites = new TreeMap<>();
    private int foldable;

    /** What a row is of, within a site. */
    private record Name(Mode mode, Scope scope, String value) {
        static Name of(PurgeRecord purge) {
            return new Name(purge.mode(), purge.scope(), purge.value());
        }
    }

    /** Takes a row as it was written. */
    void load(LedgerRow row) {
        write(row);
    }

    /** Takes a purge in; in ascending order. */
    void record(PurgeRecord purge) {
        LedgerRow before = find(purge);
        if (before != null && purge.revision() <= before.latest().revision()) {
            return;
        }
        take(purge, before);
    }

    /**
     * Folds until no more than so many rows are left that can fold: the oldest sixteenth of the
     * largest site becomes one purge of everything of each kind.
     */
    void bound(int most) {
        while (foldable > most) {
            String largest = "";
            int size = 0;
            for (Map.Entry<String, Map<Name, LedgerRow>> site : sites.entrySet()) {
                int its = foldable(site.getValue());
                if (its > size) {
                    size = its;
                    largest = site.getKey();
                }
            }
            fold(largest, size);
        }
    }

    /** All purges, in ascending order. */
    List<PurgeRecord> purges() {
        List<PurgeRecord> purges = new ArrayList<>();
        each(row -> row.addTo(purges));
        purges.sort(Comparator.comparingLong(PurgeRecord::revision));
        return purges;
    }

    /** All rows. */
    void each(Consumer<LedgerRow> rows) {
        sites.values().forEach(site -> site.values().forEach(rows));
    }

    int size() {
        return sites.values().stream().mapToInt(Map::size).sum();
    }

    private void take(PurgeRecord purge, @Nullable LedgerRow before) {
        if (purge.mode() == Mode.HARD && purge.scope() == Scope.EVERYTHING) {
            // What is older says nothing more.
            removeUpTo(purge.site(), purge.revision(), true);
        }
        write(
                before == null || purge.mode() == Mode.HARD
                        ? new LedgerRow(purge, 0, 0)
                        : before.with(purge));
    }

    private void fold(String site, int size) {
        Map<Name, LedgerRow> rows = sites.getOrDefault(site, Map.of());
        List<LedgerRow> oldest =
                rows.values().stream()
                        .filter(LedgerRow::canFold)
                        .sorted(Comparator.comparingLong(row -> row.latest().revision()))
                        .limit(Math.max(1, size / 16))
                        .toList();
        removeUpTo(site, oldest.getLast().latest().revision(), false);
        long dead = fold(oldest, Mode.HARD, 0);
        fold(oldest, Mode.SOFT, dead);
    }

    /** Folds the rows of one kind that are above a revision; returns that of the newest. */
    private long fold(List<LedgerRow> folded, Mode mode, long above) {
        LedgerRow newest = null;
        long earliest = Long.MAX_VALUE;
        for (LedgerRow row : folded) {
            if (row.latest().mode() == mode && row.latest().revision() > above) {
                newest = row;
                earliest = Math.min(earliest, row.earliest());
            }
        }
        if (newest == null) {
            return above;
        }
        long revision = newest.latest().revision();
        PurgeRecord all =
                new PurgeRecord(
                        revision, newest.latest().site(), Scope.EVERYTHING, "", mode, earliest);
        take(all, find(all));
        return revision;
    }

    private @Nullable LedgerRow find(PurgeRecord purge) {
        Map<Name, LedgerRow> site = sites.get(purge.site());
        return site == null ? null : site.get(Name.of(purge));
    }

    private void write(LedgerRow row) {
        Map<Name, LedgerRow> site =
                sites.computeIfAbsent(row.latest().site(), name -> new HashMap<>());
        if (site.put(Name.of(row.latest()), row) == null && row.canFold()) {
            foldable++;
        }
    }

    private void removeUpTo(String site, long revision, boolean everything) {
        Map<Name, LedgerRow> rows = sites.get(site);
        if (rows == null) {
            return;
        }
        rows.values()
                .removeIf(row -> {
                    boolean gone =
                            row.latest().revision() <= revision && (everything || row.canFold());
                    if (gone && row.canFold()) {
                        foldable--;
                    }
                    return gone;
                });
    }

    private static int foldable(Map<Name, LedgerRow> rows) {
        int size = rows.size();
        for (Mode mode : Mode.values()) {
            if (rows.containsKey(new Name(mode, Scope.EVERYTHING, ""))) {
                size--;
            }
        }
        return size;
    }
}
