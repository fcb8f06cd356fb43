package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Begins a history: its changes, its rows and the counters of sites are under its name, so what was
 * of another counts no more from this moment, and is deleted later.
 */
final class NewHistoryTask implements Pending.Task<Position> {
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
    public Part<Position> plan(Plan plan) {
        Position at = position();
        return new Part<>(at, List.of(begun), at, true, Map.of(), Map.of());
    }

    /** Where the order stands when it has begun. */
    Position position() {
        String hash = ChainHash.after(ChainHash.start(history), begun);
        return new Position(new Revision(history, begun.counter()), hash);
    }

    /** What it begins with. */
    Batch batch() {
        return new Batch(ChainHash.start(history), List.of(begun));
    }
}
