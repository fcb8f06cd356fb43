package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;

/** Begins a history: sites stay, changes go, and all purges become one floor. */
final class NewHistoryTask implements Work.Task<Position> {
    private static final int ID_BYTES = 16;

    private final String history;
    private final Change.HistoryBegun begun;

    NewHistoryTask(String reason, long now) {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        this.history = HexFormat.of().formatHex(id);
        this.begun = new Change.HistoryBegun(1, reason, now);
    }

    @Override
    public Work.Done<Position> run(Tables tables, Place before) throws SQLException {
        Place place = write(tables, before.epoch() + 1);
        return new Work.Done<>(place.position(), place);
    }

    /** The same in tables that have no history yet. */
    void first(Tables tables) throws SQLException {
        tables.meta().write(write(tables, 1));
    }

    private Place write(Tables tables, long epoch) throws SQLException {
        String base = ChainHash.start(history);
        Position at =
                new Position(new Revision(history, begun.counter()), ChainHash.after(base, begun));
        tables.changes().clear();
        tables.changes().add(begun, at.hash());
        tables.ledger().clear();
        // Counters of another history mean nothing in this one.
        for (SiteTable.Row row : tables.sites().all()) {
            tables.sites()
                    .write(
                            new SiteTable.Row(
                                    row.site(), row.version(), begun.counter(), row.document()));
        }
        return new Place(epoch, at, begun.counter(), begun.counter(), base);
    }
}
