package dev.skerry.control.store.embedded;

import dev.skerry.control.store.ControlStore.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Small documents by name. */
final class RecordTable {
    static final String TABLE =
            "CREATE TABLE records(name TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT"
                    + " NULL)";

    /** Above every character that a name may have. */
    private static final String END = "\uffff";

    private final Sql sql;

    RecordTable(Sql sql) {
        this.sql = sql;
    }

    @Nullable String get(String name) throws SQLException {
        return sql.first(
                "SELECT name, value, sum FROM records WHERE name = ?", RecordTable::value, name);
    }

    SortedMap<String, String> list(String prefix, @Nullable String after, int most)
            throws SQLException {
        TreeMap<String, String> records = new TreeMap<>();
        sql.each(
                "SELECT name, value, sum FROM records WHERE name >= ? AND name < ? AND name > ?"
                        + " ORDER BY name LIMIT ?",
                row -> records.put(row.getString(1), value(row)),
                prefix,
                prefix + END,
                after == null ? "" : after,
                most);
        return records;
    }

    void write(Entry entry) throws SQLException {
        String value = entry.value();
        if (value == null) {
            sql.run("DELETE FROM records WHERE name = ?", entry.name());
        } else {
            sql.run(
                    "INSERT INTO records(name, value, sum) VALUES(?, ?, ?) ON CONFLICT DO UPDATE"
                            + " SET value = excluded.value, sum = excluded.sum",
                    entry.name(),
                    value,
                    RowSum.of(entry.name(), value));
        }
    }

    /** Goes over all rows. */
    void check() throws SQLException {
        sql.each("SELECT name, value, sum FROM records", RecordTable::value);
    }

    private static String value(ResultSet row) throws SQLException {
        String value = row.getString(2);
        RowSum.check("records", row.getLong(3), row.getString(1), value);
        return value;
    }
}
