package dev.skerry.shield.relay;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.StreamEvent.Changes;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of the one history that a relay follows, without a gap, within bounds: the
 * oldest give way. Each has the hash after it, so a node that comes with a position is known to
 * have the same past, or not to (PURGE.md rule 17). Thread-safe.
 */
final class ChangeBuffer {
    /** The most changes. */
    static final int MOST_CHANGES = 100_000;

    /** About the most characters of all of them. */
    static final long MOST_CHARS = 64L << 20;

    /** The most changes of one event. */
    static final int BATCH_CHANGES = 1000;

    /** About the most characters of one event; a longer change is alone in its own. */
    static final int BATCH_CHARS = 256 * 1024;

    /** What a change takes beside its texts, about. */
    private static final long CHANGE_CHARS = 160;

    private final int mostChanges;
    private final long mostChars;
    private final LongSupplier nanoTime;
    private final NavigableMap<Long, Kept> kept = new TreeMap<>();

    /** Before the first kept change; null before anything is known. */
    private @Nullable Position start;

    private @Nullable Position end;
    private long chars;

    ChangeBuffer(LongSupplier nanoTime) {
        this(nanoTime, MOST_CHANGES, MOST_CHARS);
    }

    ChangeBuffer(LongSupplier nanoTime, int mostChanges, long mostChars) {
        this.nanoTime = nanoTime;
        this.mostChanges = mostChanges;
        this.mostChars = mostChars;
    }

    private record Kept(SentChange sent, long receivedNanos, String hash) {}

    /** The position after the last change; null before anything is known. */
    synchronized @Nullable Position end() {
        return end;
    }

    /**
     * Goes on from here; what was kept stays if this is where it ends.
     *
     * @return whether it does
     */
    synchronized boolean goOnFrom(Position at) {
        if (at.equals(end)) {
            return true;
        }
        kept.clear();
        chars = 0;
        start = at;
        end = at;
        return false;
    }

    /** Adds changes that continue {@link #end}. */
    synchronized void add(Changes batch) {
        Position before = end;
        if (before == null) {
            throw new IllegalStateException("changes of no history");
        }
        long now = nanoTime.getAsLong();
        String hash = before.hash();
        for (SentChange sent : batch.changes()) {
            hash = ChainHash.after(hash, sent.change());
            kept.put(sent.change().counter(), new Kept(sent, now, hash));
            chars += chars(sent.change());
        }
        end = batch.after();
        while (kept.size() > mostChanges || (chars > mostChars && kept.size() > 1)) {
            Kept oldest = kept.pollFirstEntry().getValue();
            Change change = oldest.sent().change();
            chars -= chars(change);
            start = at(change.counter(), oldest.hash());
        }
    }

    /** Whether the changes after a position are all here. */
    synchronized boolean continues(@Nullable Position position) {
        Position first = start;
        Position last = end;
        if (position == null
                || first == null
                || last == null
                || !position.history().equals(last.history())
                || position.counter() < first.counter()
                || position.counter() > last.counter()) {
            return false;
        }
        if (position.counter() == first.counter()) {
            return position.hash().equals(first.hash());
        }
        Kept there = kept.get(position.counter());
        return there != null && there.hash().equals(position.hash());
    }

    /**
     * What follows a position that {@link #continues}, as much as fits an event, with its age as it
     * is now (PURGE.md rule 18); null when nothing does.
     */
    synchronized @Nullable Changes after(Position position) {
        long now = nanoTime.getAsLong();
        List<SentChange> batch = new ArrayList<>();
        Position after = position;
        long size = 0;
        for (Kept next : kept.tailMap(position.counter(), false).values()) {
            Change change = next.sent().change();
            size += chars(change);
            if (batch.size() == BATCH_CHANGES || (size > BATCH_CHARS && !batch.isEmpty())) {
                break;
            }
            long here = (now - next.receivedNanos()) / 1_000_000;
            batch.add(new SentChange(change, next.sent().elapsedMillis() + here));
            after = at(change.counter(), next.hash());
        }
        return batch.isEmpty() ? null : new Changes(batch, after);
    }

    private Position at(long counter, String hash) {
        Position last = end;
        if (last == null) {
            throw new IllegalStateException("no history");
        }
        return new Position(new Revision(last.history(), counter), hash);
    }

    private static long chars(Change change) {
        int texts =
                switch (change) {
                    case Change.Purged(var purge) -> purge.value().length();
                    case Change.SiteApplied applied -> applied.document().length();
                    case Change.SiteDeleted _ -> 0;
                    case Change.HistoryBegun begun -> begun.reason().length();
                };
        return CHANGE_CHARS + texts;
    }
}
