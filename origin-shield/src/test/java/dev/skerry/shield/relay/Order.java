package dev.skerry.shield.relay;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.StreamEvent.Changes;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import java.util.ArrayList;
import java.util.List;

/** A history of tag purges, for tests. */
final class Order {
    private final String history;
    private final int padding;
    private final List<Change> changes = new ArrayList<>();
    private final List<Position> positions = new ArrayList<>();

    Order(char digit) {
        this(digit, 0);
    }

    Order(char digit, int padding) {
        this.padding = padding;
        this.history = String.valueOf(digit).repeat(32);
        positions.add(new Position(new Revision(history, 0), ChainHash.start(history)));
    }

    /** The position at a counter; the history grows up to there. */
    Position at(int counter) {
        while (positions.size() <= counter) {
            long next = positions.size();
            Change change =
                    new Change.Purged(
                            new PurgeRecord(
                                    next,
                                    "shop",
                                    PurgeRecord.Scope.TAG,
                                    "tag-" + next + "x".repeat(padding),
                                    PurgeRecord.Mode.HARD,
                                    next));
            changes.add(change);
            positions.add(
                    new Position(
                            new Revision(history, next),
                            ChainHash.after(positions.getLast().hash(), change)));
        }
        return positions.get(counter);
    }

    /** The changes after one counter up to another. */
    Changes changes(int after, int upTo) {
        Position end = at(upTo);
        return new Changes(
                changes.subList(after, upTo).stream()
                        .map(change -> new SentChange(change, 1))
                        .toList(),
                end);
    }
}
