package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The one row that says where the order stands, and in which format all is written. */
final class MetaTable {
    /** The format that this code writes. */
    static final int FORMAT = 1;

    static final String TABLE =
            "CREATE TABLE meta(format INTEGER NOT NULL, epoch INTEGER NOT NULL, history TEXT NOT"
                    + " NULL, counter INTEGER NOT NULL, hash TEXT NOT NULL, floor INTEGER NOT NULL,"
                    + " first INTEGER NOT NULL, base TEXT NOT NULL, sum INTEGER NOT NULL)";

    private final Sql sql;

    MetaTable(Sql sql) {
        this.sql = sql;
    }

    /** The place. */
    Place read() throws SQLException {
        Place place =
                sql.first(
                        "SELECT epoch, history, counter, hash, floor, first, base, sum, format"
                                + " FROM meta",
                        MetaTable::place);
        if (place == null) {
            throw RowSum.corrupt("'meta' is empty");
        }
        return place;
    }

    /** Moves on. */
    void write(Place place) throws SQLException {
        @Nullable Object[] row = row(place);
        sql.run("DELETE FROM meta");
        sql.run(
                "INSERT INTO meta(epoch, history, counter, hash, floor, first, base, format, sum)"
                        + " VALUES(?, ?, ?, ?, ?, ?, ?, "
                        + FORMAT
                        + ", ?)",
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                row[6],
                RowSum.of(row));
    }

    private static @Nullable Object[] row(Place place) {
        return new @Nullable Object[] {
            place.epoch(),
            place.position().history(),
            place.position().counter(),
            place.position().hash(),
            place.floor(),
            place.first(),
            place.base()
        };
    }

    private static Place place(ResultSet row) throws SQLException {
        try {
            Place place =
                    new Place(
                            row.getLong(1),
                            new Position(
                                    new Revision(row.getString(2), row.getLong(3)),
                                    row.getString(4)),
                            row.getLong(5),
                            row.getLong(6),
                            row.getString(7));
            RowSum.check("meta", row.getLong(8), row(place));
            return place;
        } catch (IllegalArgumentException e) {
            throw RowSum.corrupt("'meta': " + e.getMessage());
        }
    }
}
