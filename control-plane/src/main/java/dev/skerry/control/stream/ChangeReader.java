package dev.skerry.control.stream;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import dev.skerry.config.protocol.StreamEvent.SentPurge;
import dev.skerry.control.store.ControlStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Reads the store in pieces that fit an event. */
final class ChangeReader {
    /** The most changes of one event, or purges of one part of a snapshot. */
    static final int MOST_CHANGES = 1000;

    /** About the most characters of one event; a site's document that is longer is alone in its. */
    static final int MOST_CHARS = 256 * 1024;

    /** What an entry takes beside its texts, about. */
    private static final int ENTRY_CHARS = 160;

    private final ControlStore store;
    private final InstantSource wall;

    ChangeReader(ControlStore store, InstantSource wall) {
        this.store = store;
        this.wall = wall;
    }

    /** What follows a position. */
    sealed interface Next {
        /** Changes. */
        record Some(Frames.Batch batch) implements Next {}

        /** Nothing: it is the head. */
        record Nothing() implements Next {}

        /** It cannot be continued: another history has begun, or what followed is compacted. */
        record Broken() implements Next {}
    }

    /**
     * What follows a position.
     *
     * @param last where to stop at the latest
     */
    Next after(Position position, long last) throws IOException {
        long most = Math.min(MOST_CHANGES, last - position.counter());
        List<Change> changes = most <= 0 ? List.of() : store.read(position.counter(), (int) most);
        // Histories do not come back: if it is the same now, it was when the changes were read.
        if (changes == null || !store.head().history().equals(position.history())) {
            return new Next.Broken();
        }
        return changes.isEmpty() ? new Next.Nothing() : new Next.Some(batch(position, changes));
    }

    private Frames.Batch batch(Position position, List<Change> changes) {
        long now = wall.millis();
        List<SentChange> sent = new ArrayList<>();
        String hash = position.hash();
        long counter = position.counter();
        int chars = 0;
        for (Change change : changes) {
            chars += chars(change);
            if (chars > MOST_CHARS && !sent.isEmpty()) {
                break;
            }
            hash = ChainHash.after(hash, change);
            counter = change.counter();
            sent.add(new SentChange(change, elapsed(now, change.acceptedAtMillis())));
        }
        Position after = new Position(new Revision(position.history(), counter), hash);
        return new Frames.Batch(Frames.of(new StreamEvent.Changes(sent, after)), after);
    }

    /** All that counts now. */
    Frames.Whole snapshot() throws IOException {
        Snapshot snapshot = store.snapshot();
        long now = wall.millis();
        List<ByteBuffer> frames = new ArrayList<>();
        frames.add(Frames.of(new StreamEvent.SnapshotBegin(snapshot.at(), snapshot.floor())));
        List<SentPurge> purges = new ArrayList<>();
        int chars = 0;
        for (PurgeRecord purge : snapshot.purges()) {
            int size = ENTRY_CHARS + purge.value().length();
            if (purges.size() == MOST_CHANGES || chars + size > MOST_CHARS) {
                frames.add(Frames.of(new StreamEvent.SnapshotPart(purges, List.of())));
                purges = new ArrayList<>();
                chars = 0;
            }
            chars += size;
            purges.add(new SentPurge(purge, elapsed(now, purge.acceptedAtMillis())));
        }
        if (!purges.isEmpty()) {
            frames.add(Frames.of(new StreamEvent.SnapshotPart(purges, List.of())));
        }
        for (SiteDocument site : snapshot.sites()) {
            frames.add(Frames.of(new StreamEvent.SnapshotPart(List.of(), List.of(site))));
        }
        frames.add(
                Frames.of(
                        new StreamEvent.SnapshotEnd(
                                snapshot.purges().size(), snapshot.sites().size())));
        return new Frames.Whole(snapshot.at(), frames);
    }

    private static int chars(Change change) {
        return ENTRY_CHARS
                + switch (change) {
                    case Change.Purged(PurgeRecord purge) -> purge.value().length();
                    case Change.SiteApplied applied -> applied.document().length();
                    case Change.SiteDeleted deleted -> 0;
                    case Change.HistoryBegun begun -> begun.reason().length();
                };
    }

    /** Wall clocks may have been set back since. */
    private static long elapsed(long now, long acceptedAt) {
        return Math.max(0, now - acceptedAt);
    }

    /** The head; a linearizable read. */
    Position head() throws IOException {
        return store.head();
    }
}
