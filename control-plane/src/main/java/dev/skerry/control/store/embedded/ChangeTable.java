package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest changes, one by one, each with the hash of the chain up to it. */
final class ChangeTable {
    static final String TABLE =
            "CREATE TABLE changes(counter INTEGER PRIMARY KEY, kind TEXT NOT NULL, site TEXT, scope"
                    + " TEXT, mode TEXT, version INTEGER NOT NULL, text TEXT NOT NULL, accepted"
                    + " INTEGER NOT NULL, hash TEXT NOT NULL, sum INTEGER NOT NULL)";

    private static final String COLUMNS =
            "counter, kind, site, scope, mode, version, text, accepted, hash, sum";

    private static final String PURGED = "purged";
    private static final String CREATED = "created";
    private static final String APPLIED = "applied";
    private static final String DELETED = "deleted";
    private static final String BEGUN = "begun";

    private final Sql sql;

    ChangeTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * Adds the next.
     *
     * @param hash of the chain after it
     */
    void add(Change change, String hash) throws SQLException {
        switch (change) {
            case Change.Purged(PurgeRecord purge) ->
                    add(
                            change,
                            PURGED,
                            purge.site(),
                            purge.scope().name(),
                            purge.mode().name(),
                            0,
                            purge.value(),
                            hash);
            case Change.SiteApplied applied ->
                    add(
                            change,
                            applied.created() ? CREATED : APPLIED,
                            applied.site(),
                            null,
                            null,
                            applied.version(),
                            applied.document(),
                            hash);
            case Change.SiteDeleted deleted ->
                    add(change, DELETED, deleted.site(), null, null, 0, "", hash);
            case Change.HistoryBegun begun ->
                    add(change, BEGUN, null, null, null, 0, begun.reason(), hash);
        }
    }

    /** Those above a counter, in order. */
    List<Change> after(long counter, int most) throws SQLException {
        List<Change> changes = new ArrayList<>();
        sql.each(
                "SELECT " + COLUMNS + " FROM changes WHERE counter > ? ORDER BY counter LIMIT ?",
                row -> changes.add(change(row)),
                counter,
                most);
        return changes;
    }

    /** The hash after a change that is here, else null. */
    @Nullable String hashAt(long counter) throws SQLException {
        return sql.first(
                "SELECT " + COLUMNS + " FROM changes WHERE counter = ?",
                row -> {
                    change(row);
                    return row.getString(9);
                },
                counter);
    }

    /** Forgets those up to a counter. */
    void compact(long upTo) throws SQLException {
        sql.run("DELETE FROM changes WHERE counter <= ?", upTo);
    }

    /** Forgets all. */
    void clear() throws SQLException {
        sql.run("DELETE FROM changes");
    }

    /**
     * Goes over all of them: from the first to the head without a gap, and the chain of hashes
     * leads from one end to the other.
     */
    void check(Place place) throws SQLException {
        long[] counter = {place.first() - 1};
        String[] hash = {place.base()};
        sql.each(
                "SELECT " + COLUMNS + " FROM changes ORDER BY counter",
                row -> {
                    Change change = change(row);
                    hash[0] = ChainHash.after(hash[0], change);
                    if (change.counter() != ++counter[0] || !hash[0].equals(row.getString(9))) {
                        throw RowSum.corrupt("the chain is broken at change " + counter[0]);
                    }
                });
        if (counter[0] != place.position().counter() || !hash[0].equals(place.position().hash())) {
            throw RowSum.corrupt("the changes end at " + counter[0] + ", not at the head");
        }
    }

    private void add(
            Change change,
            String kind,
            @Nullable String site,
            @Nullable String scope,
            @Nullable String mode,
            long version,
            String text,
            String hash)
            throws SQLException {
        long counter = change.counter();
        long accepted = change.acceptedAtMillis();
        long sum = RowSum.of(counter, kind, site, scope, mode, version, text, accepted, hash);
        sql.run(
                "INSERT INTO changes(" + COLUMNS + ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                counter,
                kind,
                site,
                scope,
                mode,
                version,
                text,
                accepted,
                hash,
                sum);
    }

    private static Change change(ResultSet row) throws SQLException {
        long counter = row.getLong(1);
        String kind = row.getString(2);
        String site = row.getString(3);
        String scope = row.getString(4);
        String mode = row.getString(5);
        long version = row.getLong(6);
        String text = row.getString(7);
        long accepted = row.getLong(8);
        RowSum.check(
                "changes",
                row.getLong(10),
                counter,
                kind,
                site,
                scope,
                mode,
                version,
                text,
                accepted,
                row.getString(9));
        return switch (kind) {
            case PURGED ->
                    new Change.Purged(
                            new PurgeRecord(
                                    counter,
                                    site,
                                    Scope.valueOf(scope),
                                    text,
                                    Mode.valueOf(mode),
                                    accepted));
            case CREATED, APPLIED ->
                    new Change.SiteApplied(
                            counter, site, version, text, kind.equals(CREATED), accepted);
            case DELETED -> new Change.SiteDeleted(counter, site, accepted);
            case BEGUN -> new Change.HistoryBegun(counter, text, accepted);
            default -> throw RowSum.corrupt("a change of kind '" + kind + "'");
        };
    }
}
