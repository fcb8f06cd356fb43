package dev.skerry.cache.purge;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.Arrays;

/**
 * What was purged of one site. Reading takes no lock and allocates nothing; writing happens under
 * the lock of the {@link Ledger} that owns this.
 *
 * <p>A hit compares one number: a response whose {@code bornAt} or {@code checkedAt} is not below
 * {@link #lastPurge} is alive. Otherwise it reads {@code a = ledger.applied()}, judges up to {@code
 * a}, and if the response is alive sets {@code checkedAt = a} (rule 12).
 */
public final class SiteLedger {
    // A hard record is one revision. A soft one, and an earlier one, also say since when: see
    // softRecord.
    private static final int REVISION = 0;
    private static final int ACCEPTED = 1;
    private static final int HARD_FIELDS = 1;
    private static final int SOFT_FIELDS = 2;

    private final long id;
    private volatile State state;
    private volatile long lastPurge;

    SiteLedger(long id, long hardFloor) {
        this.id = id;
        this.state = State.empty(hardFloor);
        this.lastPurge = hardFloor;
    }

    /** The site's hash. */
    long id() {
        return id;
    }

    /** The highest revision of any purge of this site, 0 before the first. */
    public long lastPurge() {
        return lastPurge;
    }

    /**
     * Judges a response against all purges up to a snapshot (rule 2). Later ones, and such that
     * were folded into a floor, may count too: then a response may be called dead that is alive,
     * never the other way round. A response born at the snapshot or later is alive.
     *
     * @param keys the names of the response's target
     * @param tags its tags as {@link PurgeKeys#tag} hashes them
     * @param bornAt the revision that its fetcher had applied before the fetch
     * @param upTo a value that {@link Ledger#applied} had
     */
    public Judgement judge(PurgeKeys keys, long[] tags, long bornAt, long upTo) {
        // A record up to the snapshot that a later one overwrote cannot be told apart from it, so
        // only this test makes the answer independent of purges after the snapshot.
        if (bornAt >= upTo || bornAt >= lastPurge) {
            return Judgement.ALIVE;
        }
        // One read: a fold replaces tables and floors together.
        State now = state;
        if (bornAt < now.hardFloor || bornAt < latest(now.hard, keys, tags)) {
            return Judgement.HARD;
        }
        return bornAt < now.softFloor || bornAt < latest(now.soft, keys, tags)
                ? Judgement.SOFT
                : Judgement.ALIVE;
    }

    /**
     * Since when a response has been stale by soft purges: the acceptance of the first that
     * concerns it (rule 18), on the node's monotonic clock in milliseconds, or {@link
     * Long#MAX_VALUE} if none does. Where the ledger no longer knows, the answer is earlier than
     * the truth, never later, so that purging again does not extend a stale window.
     */
    public long softSince(PurgeKeys keys, long[] tags, long bornAt) {
        State now;
        long since;
        do {
            now = state;
            since = softSince(now, keys, tags, bornAt);
            // In a table that has just been replaced, an earlier time may be missing.
        } while (now.earlier != state.earlier);
        return since;
    }

    private static long softSince(State now, PurgeKeys keys, long[] tags, long bornAt) {
        long since = bornAt < now.softFloor ? now.softFloorAccepted : Long.MAX_VALUE;
        if (now.soft.size() == 0) {
            return since;
        }
        since = Math.min(since, softSince(now, KeyedPurge.EVERYTHING, bornAt));
        since = Math.min(since, softSince(now, keys.url(), bornAt));
        since = Math.min(since, softSince(now, keys.host(), bornAt));
        for (int i = 0; i < keys.prefixCount(); i++) {
            since = Math.min(since, softSince(now, keys.prefix(i), bornAt));
        }
        for (long tag : tags) {
            since = Math.min(since, softSince(now, tag, bornAt));
        }
        return since;
    }

    /**
     * The revision that an answer must be born at to be acceptable: the highest hard one up to a
     * snapshot that matches (rule 3).
     *
     * @param tags those known from a stored response, empty when none is
     */
    public long need(PurgeKeys keys, long[] tags, long upTo) {
        State now = state;
        return Math.min(upTo, Math.max(now.hardFloor, latest(now.hard, keys, tags)));
    }

    /**
     * The latest revision of a purge of one name, 0 for none; for whoever explains a judgement.
     *
     * @param key a name as {@link PurgeKeys} hashes it, or {@link KeyedPurge#EVERYTHING}
     */
    public long revision(long key, Mode mode) {
        State now = state;
        return revision(mode == Mode.HARD ? now.hard : now.soft, key);
    }

    /** What was born below it counts as purged, 0 for none; for whoever explains a judgement. */
    public long floor(Mode mode) {
        State now = state;
        return mode == Mode.HARD ? now.hardFloor : now.softFloor;
    }

    private static long latest(LongTable table, PurgeKeys keys, long[] tags) {
        if (table.size() == 0) {
            return 0;
        }
        long latest = revision(table, KeyedPurge.EVERYTHING);
        latest = Math.max(latest, revision(table, keys.url()));
        latest = Math.max(latest, revision(table, keys.host()));
        for (int i = 0; i < keys.prefixCount(); i++) {
            latest = Math.max(latest, revision(table, keys.prefix(i)));
        }
        for (long tag : tags) {
            latest = Math.max(latest, revision(table, tag));
        }
        return latest;
    }

    private static long revision(LongTable table, long key) {
        int place = table.find(key);
        return place < 0 ? 0 : table.get(place, REVISION);
    }

    private static long softSince(State now, long key, long bornAt) {
        int place = now.soft.find(key);
        if (place < 0 || bornAt >= now.soft.get(place, REVISION)) {
            return Long.MAX_VALUE;
        }
        // Against the order of renewSoft: whoever sees the new time of acceptance sees which
        // responses it does not concern.
        long accepted = now.soft.get(place, ACCEPTED);
        int earlier = now.earlier.find(key);
        return earlier >= 0 && bornAt < now.earlier.get(earlier, REVISION)
                ? now.earlier.get(earlier, ACCEPTED)
                : accepted;
    }

    // ---- below: under the lock of the ledger

    /** The number of records. */
    int size() {
        State now = state;
        return now.hard.size() + now.soft.size();
    }

    /** Takes a record into the tables; never moves back. */
    void record(KeyedPurge purge) {
        if (purge.mode() == Mode.SOFT) {
            softRecord(purge);
        } else if (purge.key() == KeyedPurge.EVERYTHING) {
            raiseHardFloor(purge.revision());
        } else {
            hardRecord(purge);
        }
        if (purge.revision() > lastPurge) {
            lastPurge = purge.revision();
        }
    }

    /**
     * Everything born before the revision is dead, so records below it say nothing more: a purge of
     * everything empties the tables.
     */
    void raiseHardFloor(long revision) {
        State now = state;
        if (revision > now.hardFloor) {
            LongTable hard = now.hard.copy(0, (k, at) -> now.hard.get(at, REVISION) > revision);
            LongTable soft = now.soft.copy(0, (k, at) -> now.soft.get(at, REVISION) > revision);
            LongTable earlier = now.earlier.copy(0, (key, at) -> soft.find(key) >= 0);
            state =
                    now.softFloor > revision
                            ? new State(
                                    hard,
                                    soft,
                                    earlier,
                                    revision,
                                    now.softFloor,
                                    now.softFloorAccepted)
                            : new State(hard, soft, earlier, revision, 0, Long.MAX_VALUE);
            lastPurge = Math.max(lastPurge, revision);
        }
    }

    /** Restores a soft floor. */
    void raiseSoftFloor(long revision, long accepted) {
        State now = state;
        state =
                new State(
                        now.hard,
                        now.soft,
                        now.earlier,
                        now.hardFloor,
                        Math.max(now.softFloor, revision),
                        Math.min(now.softFloorAccepted, accepted));
        lastPurge = Math.max(lastPurge, revision);
    }

    /**
     * Folds the oldest records, a sixteenth of all but at least one, into the floor of their own
     * kind (rule 8).
     */
    void foldOldest() {
        State now = state;
        long[] revisions = new long[size()];
        int[] count = {0};
        now.hard.forEach((key, place) -> revisions[count[0]++] = now.hard.get(place, REVISION));
        now.soft.forEach((key, place) -> revisions[count[0]++] = now.soft.get(place, REVISION));
        Arrays.sort(revisions);
        long cut = revisions[Math.max(1, revisions.length / 16) - 1];
        long[] floors = {now.hardFloor, now.softFloor, now.softFloorAccepted};
        LongTable hard =
                now.hard.copy(
                        0,
                        (key, place) -> {
                            long revision = now.hard.get(place, REVISION);
                            floors[0] = revision <= cut ? Math.max(floors[0], revision) : floors[0];
                            return revision > cut;
                        });
        LongTable soft =
                now.soft.copy(
                        0,
                        (key, place) -> {
                            long revision = now.soft.get(place, REVISION);
                            if (revision <= cut) {
                                floors[1] = Math.max(floors[1], revision);
                                floors[2] = Math.min(floors[2], earliest(now, key, place));
                            }
                            return revision > cut;
                        });
        LongTable earlier = now.earlier.copy(0, (key, place) -> soft.find(key) >= 0);
        state = new State(hard, soft, earlier, floors[0], floors[1], floors[2]);
    }

    /** Writes everything that is needed to restore this ledger. */
    void save(LedgerWriter writer) {
        State now = state;
        writer.floor(id, Mode.HARD, now.hardFloor, 0);
        writer.floor(id, Mode.SOFT, now.softFloor, now.softFloorAccepted);
        now.hard.forEach((key, place) ->
                writer.record(
                        new KeyedPurge(now.hard.get(place, REVISION), id, key, Mode.HARD, 0)));
        now.soft.forEach((key, place) -> saveSoft(now, key, place, writer));
    }

    private void saveSoft(State now, long key, int place, LedgerWriter writer) {
        int earlier = now.earlier.find(key);
        if (earlier >= 0) {
            writer.record(soft(now.earlier, key, earlier));
        }
        writer.record(soft(now.soft, key, place));
    }

    private KeyedPurge soft(LongTable table, long key, int place) {
        return new KeyedPurge(
                table.get(place, REVISION), id, key, Mode.SOFT, table.get(place, ACCEPTED));
    }

    private void hardRecord(KeyedPurge purge) {
        State now = state;
        int place = now.hard.find(purge.key());
        if (place >= 0) {
            if (purge.revision() > now.hard.get(place, REVISION)) {
                now.hard.set(place, REVISION, purge.revision());
            }
        } else {
            LongTable hard = now.hard.roomy();
            hard.add(purge.key(), purge.revision());
            publish(now, hard, now.soft, now.earlier);
        }
    }

    /**
     * A soft record keeps the latest revision with its time, and the one before with the earliest
     * time of all before: what was born before that one has been stale for longer. Few names are
     * purged softly twice, so the one before has a table of its own.
     */
    private void softRecord(KeyedPurge purge) {
        State now = state;
        int place = now.soft.find(purge.key());
        if (place >= 0) {
            renewSoft(now, place, purge);
        } else {
            LongTable soft = now.soft.roomy();
            soft.add(purge.key(), purge.revision(), purge.acceptedMillis());
            publish(now, now.hard, soft, now.earlier);
        }
    }

    private void renewSoft(State now, int place, KeyedPurge purge) {
        long revision = now.soft.get(place, REVISION);
        if (purge.revision() > revision) {
            // In this order, so that a reader between two steps errs to the earlier time.
            keepEarlier(now, purge.key(), revision, earliest(now, purge.key(), place));
            now.soft.set(place, ACCEPTED, purge.acceptedMillis());
            now.soft.set(place, REVISION, purge.revision());
        }
    }

    private void keepEarlier(State now, long key, long revision, long accepted) {
        int place = now.earlier.find(key);
        if (place >= 0) {
            now.earlier.set(place, ACCEPTED, accepted);
            now.earlier.set(place, REVISION, revision);
        } else {
            LongTable earlier = now.earlier.roomy();
            earlier.add(key, revision, accepted);
            publish(now, now.hard, now.soft, earlier);
        }
    }

    private static long earliest(State now, long key, int place) {
        int earlier = now.earlier.find(key);
        long accepted = now.soft.get(place, ACCEPTED);
        return earlier < 0 ? accepted : Math.min(accepted, now.earlier.get(earlier, ACCEPTED));
    }

    private void publish(State was, LongTable hard, LongTable soft, LongTable earlier) {
        if (hard != was.hard || soft != was.soft || earlier != was.earlier) {
            state =
                    new State(
                            hard,
                            soft,
                            earlier,
                            was.hardFloor,
                            was.softFloor,
                            was.softFloorAccepted);
        }
    }

    private record State(
            LongTable hard,
            LongTable soft,
            LongTable earlier,
            long hardFloor,
            long softFloor,
            long softFloorAccepted) {
        static State empty(long hardFloor) {
            return new State(
                    new LongTable(HARD_FIELDS, 0),
                    new LongTable(SOFT_FIELDS, 0),
                    new LongTable(SOFT_FIELDS, 0),
                    hardFloor,
                    0,
                    Long.MAX_VALUE);
        }
    }
}
