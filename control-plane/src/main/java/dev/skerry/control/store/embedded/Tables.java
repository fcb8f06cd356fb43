package dev.skerry.control.store.embedded;

import java.sql.SQLException;
import java.util.List;

/** All tables, as one connection sees them. */
record Tables(
        Sql sql,
        MetaTable meta,
        ChangeTable changes,
        LedgerTable ledger,
        SiteTable sites,
        RecordTable records) {
    private static final List<String> SCHEMA =
            List.of(
                    MetaTable.TABLE,
                    ChangeTable.TABLE,
                    LedgerTable.TABLE,
                    LedgerTable.SIZES,
                    LedgerTable.GROWTH,
                    LedgerTable.LOSS,
                    SiteTable.TABLE,
                    RecordTable.TABLE);

    static Tables of(Sql sql) {
        return new Tables(
                sql,
                new MetaTable(sql),
                new ChangeTable(sql),
                new LedgerTable(sql),
                new SiteTable(sql),
                new RecordTable(sql));
    }

    /** Makes them, empty. */
    void create() throws SQLException {
        for (String statement : SCHEMA) {
            sql.once(statement);
        }
    }

    /** Whether there is anything at all. */
    boolean exist() throws SQLException {
        return sql.number("SELECT count(*) FROM sqlite_schema") > 0;
    }

    /**
     * Reads everything once, and throws at what cannot be what was written.
     *
     * @throws SQLException with {@link RowSum#CORRUPT} or a code of SQLite's own
     */
    void check() throws SQLException {
        String verdict = sql.first("PRAGMA integrity_check(1)", row -> row.getString(1));
        if (!"ok".equals(verdict)) {
            throw RowSum.corrupt(String.valueOf(verdict));
        }
        for (String statement : SCHEMA) {
            if (sql.number("SELECT count(*) FROM sqlite_schema WHERE sql = ?", statement) != 1) {
                throw RowSum.corrupt("the tables are others");
            }
        }
        changes.check(meta.read());
        ledger.check();
        sites.all();
        records.check();
    }
}
