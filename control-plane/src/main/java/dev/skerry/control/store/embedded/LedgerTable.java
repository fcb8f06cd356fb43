package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was purged: the latest hard and the latest soft purge of each name (PURGE.md rule 8). A soft
 * row also holds the one before, with the earliest acceptance of all before: what was born below
 * that has been stale for longer (rule 18).
 */
final class LedgerTable {
    static final String TABLE =
            "CREATE TABLE ledger(site TEXT NOT NULL, mode TEXT NOT NULL, scope TEXT NOT NULL, value"
                    + " TEXT NOT NULL, revision INTEGER NOT NULL, accepted INTEGER NOT NULL, earlier"
                    + " INTEGER NOT NULL, earlier_accepted INTEGER NOT NULL, sum INTEGER NOT NULL,"
                    + " PRIMARY KEY(site, mode, scope, value)) WITHOUT ROWID";

    /** How many rows that can fold each site has. */
    static final String SIZES =
            "CREATE TABLE ledger_sizes(site TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID";

    static final String GROWTH =
            "CREATE TRIGGER ledger_growth AFTER INSERT ON ledger WHEN new.scope <> 'EVERYTHING'"
                    + " BEGIN INSERT INTO ledger_sizes(site, size) VALUES(new.site, 1) ON"
                    + " CONFLICT(site) DO UPDATE SET size = size + 1; END";

    static final String LOSS =
            "CREATE TRIGGER ledger_loss AFTER DELETE ON ledger WHEN old.scope <> 'EVERYTHING' BEGIN"
                    + " UPDATE ledger_sizes SET size = size - 1 WHERE site = old.site; END";

    private static final String COLUMNS =
            "site, mode, scope, value, revision, accepted, earlier, earlier_accepted, sum";

    private final Sql sql;

    LedgerTable(Sql sql) {
        this.sql = sql;
    }

    /** Takes a purge in; hard ones in ascending order. */
    void record(PurgeRecord purge) throws SQLException {
        Row before = purge.mode() == Mode.SOFT ? find(purge) : null;
        if (purge.mode() == Mode.HARD && purge.scope() == Scope.EVERYTHING) {
            // What is older says nothing more.
            sql.run(
                    "DELETE FROM ledger WHERE site = ? AND revision <= ?",
                    purge.site(),
                    purge.revision());
        }
        Row row = before == null ? new Row(purge, 0, 0) : before.with(purge);
        write(row);
    }

    /**
     * Folds until no more than so many rows are left that can fold: the oldest sixteenth of the
     * largest site becomes one purge of everything of each kind.
     */
    void bound(int most) throws SQLException {
        while (sql.number("SELECT coalesce(sum(size), 0) FROM ledger_sizes") > most) {
            String largest =
                    sql.first(
                            "SELECT site FROM ledger_sizes ORDER BY size DESC, site LIMIT 1",
                            row -> row.getString(1));
            fold(largest == null ? "" : largest);
        }
    }

    /** Forgets everything. */
    void clear() throws SQLException {
        sql.run("DELETE FROM ledger");
    }

    /** All purges, in ascending order. */
    List<PurgeRecord> purges() throws SQLException {
        List<PurgeRecord> purges = new ArrayList<>();
        sql.each("SELECT " + COLUMNS + " FROM ledger", found -> row(found).addTo(purges));
        purges.sort(Comparator.comparingLong(PurgeRecord::revision));
        return purges;
    }

    /** Goes over all rows. */
    void check() throws SQLException {
        sql.each("SELECT " + COLUMNS + " FROM ledger", LedgerTable::row);
        long wrong =
                sql.number(
                        "SELECT count(*) FROM (SELECT site, count(*) AS size FROM ledger WHERE"
                                + " scope <> 'EVERYTHING' GROUP BY site) AS counted FULL JOIN"
                                + " ledger_sizes USING(site) WHERE coalesce(counted.size, 0) <>"
                                + " coalesce(ledger_sizes.size, 0)");
        if (wrong > 0) {
            throw RowSum.corrupt("the ledger of " + wrong + " sites has another size");
        }
    }

    private void fold(String site) throws SQLException {
        long size = sql.number("SELECT size FROM ledger_sizes WHERE site = ?", site);
        long cut =
                sql.number(
                        "SELECT revision FROM ledger WHERE site = ? AND scope <> 'EVERYTHING' ORDER"
                                + " BY revision LIMIT 1 OFFSET ?",
                        site,
                        Math.max(1, size / 16) - 1);
        List<Row> folded = new ArrayList<>();
        sql.each(
                "SELECT "
                        + COLUMNS
                        + " FROM ledger WHERE site = ? AND scope <> 'EVERYTHING' AND"
                        + " revision <= ?",
                found -> folded.add(row(found)),
                site,
                cut);
        sql.run(
                "DELETE FROM ledger WHERE site = ? AND scope <> 'EVERYTHING' AND revision <= ?",
                site,
                cut);
        long dead = fold(folded, Mode.HARD, 0);
        fold(folded, Mode.SOFT, dead);
    }

    /** Folds the rows of one kind that are above a revision; returns that of the newest. */
    private long fold(List<Row> folded, Mode mode, long above) throws SQLException {
        List<Row> kind =
                folded.stream()
                        .filter(row -> row.latest.mode() == mode && row.latest.revision() > above)
                        .toList();
        if (kind.isEmpty()) {
            return above;
        }
        PurgeRecord newest =
                kind.stream()
                        .map(Row::latest)
                        .max(Comparator.comparingLong(PurgeRecord::revision))
                        .orElseThrow();
        long earliest = kind.stream().mapToLong(Row::earliest).min().orElseThrow();
        record(
                new PurgeRecord(
                        newest.revision(), newest.site(), Scope.EVERYTHING, "", mode, earliest));
        return newest.revision();
    }

    private @Nullable Row find(PurgeRecord purge) throws SQLException {
        return sql.first(
                "SELECT "
                        + COLUMNS
                        + " FROM ledger WHERE site = ? AND mode = ? AND scope = ? AND value = ?",
                LedgerTable::row,
                purge.site(),
                purge.mode().name(),
                purge.scope().name(),
                purge.value());
    }

    private void write(Row row) throws SQLException {
        PurgeRecord latest = row.latest;
        sql.run(
                "INSERT INTO ledger("
                        + COLUMNS
                        + ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision ="
                        + " excluded.revision, accepted = excluded.accepted, earlier ="
                        + " excluded.earlier, earlier_accepted = excluded.earlier_accepted, sum ="
                        + " excluded.sum",
                latest.site(),
                latest.mode().name(),
                latest.scope().name(),
                latest.value(),
                latest.revision(),
                latest.acceptedAtMillis(),
                row.earlier,
                row.earlierAccepted,
                row.sum());
    }

    private static Row row(ResultSet found) throws SQLException {
        try {
            Row row =
                    new Row(
                            new PurgeRecord(
                                    found.getLong(5),
                                    found.getString(1),
                                    Scope.valueOf(found.getString(3)),
                                    found.getString(4),
                                    Mode.valueOf(found.getString(2)),
                                    found.getLong(6)),
                            found.getLong(7),
                            found.getLong(8));
            if (row.sum() != found.getLong(9)) {
                throw RowSum.corrupt("a row of 'ledger' has another checksum");
            }
            return row;
        } catch (IllegalArgumentException e) {
            throw RowSum.corrupt("'ledger': " + e.getMessage());
        }
    }

    /**
     * A row.
     *
     * @param earlier the revision of the soft purge before; 0 when there was none
     * @param earlierAccepted the earliest acceptance of all before; meaningless when there was none
     */
    private record Row(PurgeRecord latest, long earlier, long earlierAccepted) {
        /** With one more soft purge of the same name. */
        Row with(PurgeRecord purge) {
            boolean later = purge.revision() > latest.revision();
            PurgeRecord older = later ? latest : purge;
            return new Row(
                    later ? purge : latest,
                    Math.max(earlier, older.revision()),
                    earlier > 0
                            ? Math.min(earlierAccepted, older.acceptedAtMillis())
                            : older.acceptedAtMillis());
        }

        long earliest() {
            return earlier > 0
                    ? Math.min(earlierAccepted, latest.acceptedAtMillis())
                    : latest.acceptedAtMillis();
        }

        void addTo(List<PurgeRecord> purges) {
            if (earlier > 0) {
                purges.add(
                        new PurgeRecord(
                                earlier,
                                latest.site(),
                                latest.scope(),
                                latest.value(),
                                latest.mode(),
                                earlierAccepted));
            }
            purges.add(latest);
        }

        long sum() {
            return RowSum.of(
                    latest.revision(),
                    latest.site(),
                    latest.scope().name(),
                    latest.value(),
                    latest.mode().name(),
                    latest.acceptedAtMillis(),
                    earlier,
                    earlierAccepted);
        }
    }
}
