package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.SiteDocument;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sites as they are now, and how far the versions of those had counted that are gone. */
final class SiteTable {
    static final String TABLE =
            "CREATE TABLE sites(site TEXT PRIMARY KEY, version INTEGER NOT NULL, counter INTEGER"
                    + " NOT NULL, document TEXT, sum INTEGER NOT NULL)";

    private static final String COLUMNS = "site, version, counter, document, sum";

    private final Sql sql;

    SiteTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * A row.
     *
     * @param version of the last document
     * @param counter the change that brought it, or ended the site
     * @param document null when there is no such site any more
     */
    record Row(String site, long version, long counter, @Nullable String document) {}

    /** The row of a site; null when there never was one. */
    @Nullable Row find(String site) throws SQLException {
        return sql.first("SELECT " + COLUMNS + " FROM sites WHERE site = ?", SiteTable::row, site);
    }

    void write(Row row) throws SQLException {
        sql.run(
                "INSERT INTO sites("
                        + COLUMNS
                        + ") VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version ="
                        + " excluded.version, counter = excluded.counter, document ="
                        + " excluded.document, sum = excluded.sum",
                row.site(),
                row.version(),
                row.counter(),
                row.document(),
                sum(row));
    }

    /** All rows, by name. */
    List<Row> all() throws SQLException {
        List<Row> rows = new ArrayList<>();
        sql.each("SELECT " + COLUMNS + " FROM sites ORDER BY site", found -> rows.add(row(found)));
        return rows;
    }

    /** The sites that there are, by name. */
    List<SiteDocument> documents() throws SQLException {
        List<SiteDocument> documents = new ArrayList<>();
        for (Row row : all()) {
            if (row.document() != null) {
                documents.add(
                        new SiteDocument(row.site(), row.version(), row.counter(), row.document()));
            }
        }
        return documents;
    }

    private static Row row(ResultSet found) throws SQLException {
        Row row =
                new Row(found.getString(1), found.getLong(2), found.getLong(3), found.getString(4));
        if (sum(row) != found.getLong(5)) {
            throw RowSum.corrupt("a row of 'sites' has another checksum");
        }
        return row;
    }

    private static long sum(Row row) {
        return RowSum.of(row.site(), row.version(), row.counter(), row.document());
    }
}
