package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.SharedStore;
import dev.skerry.control.store.StaleVersion;
import dev.skerry.control.store.StoreLimits;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control store in etcd, shared by all control planes that use the same etcd and prefix. Nothing
 * is remembered here but where the head was last: each question is a linearizable read. Members
 * that do not answer are passed over; when none does for {@link #PATIENCE}, a call fails.
 */
public final class EtcdStore implements SharedStore {
    /** How long etcd is waited for. */
    public static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final Logger LOG = LoggerFactory.getLogger(EtcdStore.class);
    private static final int PAGE = 500;
    private static final int BATCHES = 64;

    private final Connection connection;
    private final EtcdClient client;
    private final Keys keys;
    private final Values values;
    private final Snapshots snapshots;
    private final InstantSource wall;
    private final StoreLimits limits;
    private final SharedRead<Head> heads;
    private final Wakes wakes;
    private final EtcdWatch watch;
    private final GroupWriter writer;
    private final Keeper keeper;
    private final List<Mirror> mirrors = new CopyOnWriteArrayList<>();
    private volatile String history;
    private volatile WeakReference<Snapshot> lastSnapshot = new WeakReference<>(null);

    private EtcdStore(
            Connection connection,
            Head head,
            Keys keys,
            Keeper.Pace pace,
            InstantSource wall,
            LongSupplier nanos,
            StoreLimits limits) {
        this.connection = connection;
        this.client = connection.client();
        this.keys = keys;
        this.values = new Values(client, keys);
        this.snapshots = new Snapshots(client, keys, values);
        this.wall = wall;
        this.limits = limits;
        this.history = head.history();
        this.heads = new SharedRead<>(this::readHead);
        this.wakes = new Wakes(head.modified());
        this.writer =
                new GroupWriter(
                        new Committer(
                                client, keys, values, limits, now -> wakes.seen(now.modified())));
        this.watch = new EtcdWatch(client, keys.head(), Keys.next(keys.head()), new Heads());
        this.keeper = new Keeper(client, keys, snapshots, pace, nanos);
    }

    /**
     * Opens the store; makes it when there is none.
     *
     * @param wall for the times of acceptance
     * @param nanos a monotonic clock in nanoseconds
     * @throws IOException when no member answers within {@link #PATIENCE}, the login is wrong, a
     *     file cannot be read, or what is there was written by a newer version; the message says
     *     which
     */
    public static EtcdStore open(EtcdOptions options, InstantSource wall, LongSupplier nanos)
            throws IOException {
        return open(options, wall, nanos, StoreLimits.USUAL, PATIENCE, Keeper.Pace.USUAL);
    }

    /** The same with other limits, and at another pace. */
    static EtcdStore open(
            EtcdOptions options,
            InstantSource wall,
            LongSupplier nanos,
            StoreLimits limits,
            Duration patience,
            Keeper.Pace pace)
            throws IOException {
        Connection connection = Connection.open(options, patience, nanos);
        try {
            Keys keys = new Keys(options.prefix());
            Head head = begin(connection.client(), keys, wall.millis(), limits);
            return new EtcdStore(connection, head, keys, pace, wall, nanos, limits);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static Head begin(EtcdClient client, Keys keys, long now, StoreLimits limits)
            throws IOException {
        KeyValue found = client.get(keys.head());
        while (found == null) {
            NewHistoryTask first = new NewHistoryTask("a new control store", now);
            Head head = new Head(first.position(), 1, 1, limits.ledgerRows(), 0);
            Txn txn = new Txn().ifModified(keys.head(), 0).put(keys.head(), head.value());
            Batch batch = first.batch();
            txn.put(keys.change(head.history(), batch.last()), Packed.pack(batch.text()));
            client.txn(txn);
            // Perhaps another's: whichever it is, it is the one.
            found = client.get(keys.head());
            LOG.info("etcd '{}': a new control store", keys.prefix());
        }
        return Head.of(found);
    }

    @Override
    public Position head() throws IOException {
        return heads.get().at();
    }

    private Head readHead() throws IOException {
        return seen(required(client.get(keys.head())));
    }

    private Head seen(KeyValue found) throws IOException {
        Head head = Head.of(found);
        history = head.history();
        wakes.seen(head.modified());
        return head;
    }

    private KeyValue required(@Nullable KeyValue head) throws IOException {
        if (head == null) {
            throw new IOException("etcd '" + keys.prefix() + "': the control store was deleted");
        }
        return head;
    }

    @Override
    public Appended append(List<Draft> drafts, Function<List<Change>, List<Entry>> records)
            throws IOException, StaleVersion {
        if (drafts.isEmpty()) {
            throw new IllegalArgumentException("nothing to append");
        }
        return writer.submit(
                        new AppendTask(
                                List.copyOf(drafts), records, wall.millis(), limits.versions()))
                .await();
    }

    /** Changes, and the head that was read with them. */
    private record Tail(Head head, List<KeyValue> batches) {}

    /** The head, and batches from the one that holds a counter. */
    private Tail tail(long counter, int batches) throws IOException {
        while (true) {
            String its = history;
            Txn.Outcome outcome =
                    client.txn(
                            new Txn()
                                    .get(keys.head())
                                    .get(
                                            keys.change(its, counter),
                                            Keys.behind(keys.changes(its)),
                                            batches));
            List<KeyValue> found = outcome.found().get(0);
            Head head = seen(required(found.isEmpty() ? null : found.getFirst()));
            if (head.history().equals(its)) {
                return new Tail(head, outcome.found().get(1));
            }
        }
    }

    @Override
    public @Nullable List<Change> read(long after, int most) throws IOException {
        Tail tail = tail(after + 1, Math.min(most, BATCHES));
        if (after >= tail.head.counter()) {
            return List.of();
        }
        if (after + 1 < tail.head.first()) {
            return null;
        }
        List<Change> changes = new ArrayList<>();
        long next = after + 1;
        while (changes.size() < most && next <= tail.head.counter()) {
            for (KeyValue each : tail.batches) {
                for (Change change : batch(each).changes()) {
                    if (change.counter() == next && changes.size() < most) {
                        changes.add(change);
                        next++;
                    }
                }
                if (changes.size() >= most) {
                    return changes;
                }
            }
            Tail more = tail(next, BATCHES);
            if (!more.head.history().equals(tail.head.history())
                    || next < more.head.first()
                    || more.batches.isEmpty()) {
                // What has been read is right; whoever asked sees the rest with its next question.
                return changes;
            }
            tail = new Tail(tail.head, more.batches);
        }
        return changes;
    }

    @Override
    public @Nullable String hashAt(long counter) throws IOException {
        Tail tail = tail(counter, 1);
        if (counter > tail.head.counter() || counter < tail.head.first() - 1) {
            return null;
        }
        if (counter == 0) {
            return ChainHash.start(tail.head.history());
        }
        if (counter == tail.head.counter()) {
            return tail.head.at().hash();
        }
        if (tail.batches.isEmpty()) {
            throw new IOException("change " + counter + " is missing in etcd");
        }
        Batch batch = batch(tail.batches.getFirst());
        String hash = batch.before();
        for (Change change : batch.changes()) {
            if (change.counter() <= counter) {
                hash = ChainHash.after(hash, change);
            }
        }
        return hash;
    }

    private Batch batch(KeyValue found) throws IOException {
        return Batch.read(found.key(), values.read(found, 0));
    }

    @Override
    public Snapshot snapshot() throws IOException {
        Position at = head();
        Snapshot last = lastSnapshot.get();
        if (last != null && last.at().equals(at)) {
            return last;
        }
        Snapshot made = snapshots.read();
        lastSnapshot = new WeakReference<>(made);
        return made;
    }

    @Override
    public Position newHistory(String reason) throws IOException {
        return plain(writer.submit(new NewHistoryTask(reason, wall.millis())));
    }

    @Override
    public void onAppend(Runnable wake) {
        wakes.add(wake);
    }

    @Override
    public @Nullable String get(String name) throws IOException {
        Txn.Outcome outcome = client.txn(new Txn().get(keys.record(name)));
        List<KeyValue> found = outcome.found().getFirst();
        return found.isEmpty() ? null : values.read(found.getFirst(), outcome.revision());
    }

    @Override
    public SortedMap<String, String> list(String prefix, @Nullable String after, int most)
            throws IOException {
        String start = keys.record(prefix);
        String end = Keys.behind(start);
        String from = start;
        if (after != null && Keys.next(keys.record(after)).compareTo(start) > 0) {
            from = Keys.next(keys.record(after));
        }
        TreeMap<String, String> records = new TreeMap<>();
        long revision = 0;
        while (records.size() < most && from.compareTo(end) < 0) {
            int page = Math.min(PAGE, most - records.size());
            Paged paged = page(from, end, page, revision);
            revision = paged.revision;
            for (KeyValue each : paged.found) {
                records.put(keys.recordName(each.key()), values.read(each, revision));
            }
            if (paged.found.size() < page) {
                break;
            }
            from = Keys.next(paged.found.getLast().key());
        }
        return records;
    }

    private record Paged(long revision, List<KeyValue> found) {}

    /** The first page says at which revision the others are read, so that all are of one moment. */
    private Paged page(String from, String end, int most, long revision) throws IOException {
        if (revision > 0) {
            return new Paged(revision, client.range(from, end, most, revision));
        }
        Txn.Outcome outcome = client.txn(new Txn().get(from, end, most));
        return new Paged(outcome.revision(), outcome.found().getFirst());
    }

    @Override
    public void put(List<Entry> records) throws IOException {
        Map<String, @Nullable String> entries = new LinkedHashMap<>();
        records.forEach(entry -> entries.put(entry.name(), entry.value()));
        if (records.size() > MOST_RECORDS) {
            throw new IllegalArgumentException(entries.size() + " records at once are too many");
        }
        plain(
                writer.submit(plan ->
                        new Part<>(
                                entries.size(), List.of(), plan.at(), false, entries, Map.of())));
    }

    @Override
    public boolean putNew(List<Entry> records) throws IOException {
        Txn txn = new Txn();
        for (Entry entry : records) {
            String key = keys.record(entry.name());
            txn.ifModified(key, 0).put(key, Packed.pack(String.valueOf(entry.value())));
        }
        if (client.txn(txn).succeeded()) {
            return true;
        }
        // Perhaps it was this very call, and its answer was lost.
        for (Entry entry : records) {
            if (!String.valueOf(entry.value()).equals(get(entry.name()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Followed follow(String prefix, Follower follower) throws IOException {
        Mirror mirror = new Mirror(client, keys, values, prefix, follower);
        mirrors.add(mirror);
        return mirror;
    }

    /** What the watch hears of the head. */
    private final class Heads implements EtcdWatch.Events {
        @Override
        public void began() throws IOException {
            Head _ = heads.get();
        }

        @Override
        public void happened(long modified, boolean deleted) {
            wakes.seen(modified);
        }
    }

    @Override
    public void close() {
        mirrors.forEach(Mirror::close);
        keeper.close();
        writer.close();
        watch.close();
        wakes.close();
        connection.close();
    }

    private static <T> T plain(Pending<T> work) throws IOException {
        try {
            return work.await();
        } catch (StaleVersion e) {
            throw new IllegalStateException("nothing here expects a version", e);
        }
    }
}
