package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StaleVersion;
import dev.skerry.control.store.StoreLimits;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control store in a directory of this machine. One thread writes, with what waits meanwhile in
 * one transaction; a few connections read beside it. A database that turns out damaged is moved
 * aside, and a new history begins.
 */
public final class EmbeddedStore implements ControlStore {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);
    private static final int READERS = 3;

    private final InstantSource wall;
    private final StoreLimits limits;
    private final StoreFiles files;
    private final Tables tables;
    private final Writer writer;
    private final Readers readers;
    // Apart, since a snapshot may take seconds.
    private final Readers snapshots;
    private final AtomicReference<Place> head;
    private final CopyOnWriteArrayList<Runnable> wakes = new CopyOnWriteArrayList<>();
    private volatile WeakReference<Snapshot> lastSnapshot = new WeakReference<>(null);
    private boolean closed;

    private EmbeddedStore(StoreFiles files, Tables tables, InstantSource wall, StoreLimits limits)
            throws SQLException {
        this.files = files;
        this.tables = tables;
        this.wall = wall;
        this.limits = limits;
        this.head = new AtomicReference<>(tables.meta().read());
        this.readers = new Readers(files.database(), READERS);
        this.snapshots = new Readers(files.database(), 1);
        this.writer = new Writer(files.database(), tables, limits, this::committed);
    }

    /**
     * Opens the store of a directory, with the usual limits.
     *
     * @param directory made if need be, for the owner alone; nothing else should be in it
     * @param wall for the times of acceptance
     * @throws IOException when it is in use already, was written by a newer version, or the disk
     *     fails; damage is no failure, see the class
     */
    public static EmbeddedStore open(Path directory, InstantSource wall) throws IOException {
        return open(directory, wall, StoreLimits.USUAL);
    }

    /** The same with other limits. */
    public static EmbeddedStore open(Path directory, InstantSource wall, StoreLimits limits)
            throws IOException {
        return open(directory, wall, limits, 0);
    }

    /** The same with a bound on the size of the database. */
    static EmbeddedStore open(
            Path directory, InstantSource wall, StoreLimits limits, long mostPages)
            throws IOException {
        StoreFiles files = StoreFiles.claim(directory);
        try {
            Tables tables = Database.open(files, wall, mostPages);
            return new EmbeddedStore(files, tables, wall, limits);
        } catch (SQLException e) {
            files.close();
            throw new IOException(directory + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    @Override
    public Position head() {
        return head.get().position();
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

    @Override
    public @Nullable List<Change> read(long after, int most) throws IOException {
        if (after >= head.get().position().counter()) {
            return List.of();
        }
        return readers.<@Nullable List<Change>>read(tables ->
                after + 1 < place(tables).first() ? null : tables.changes().after(after, most));
    }

    @Override
    public @Nullable String hashAt(long counter) throws IOException {
        return readers.<@Nullable String>read(tables -> {
            Place place = place(tables);
            return counter == place.first() - 1 ? place.base() : tables.changes().hashAt(counter);
        });
    }

    @Override
    public Snapshot snapshot() throws IOException {
        return snapshots.read(tables -> {
            Place place = place(tables);
            Snapshot last = lastSnapshot.get();
            if (last != null && last.at().equals(place.position())) {
                return last;
            }
            Snapshot made =
                    new Snapshot(
                            place.position(),
                            place.floor(),
                            tables.ledger().purges(),
                            tables.sites().documents());
            lastSnapshot = new WeakReference<>(made);
            return made;
        });
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
        return readers.<@Nullable String>read(tables -> tables.records().get(name));
    }

    @Override
    public SortedMap<String, String> list(String prefix, @Nullable String after, int most)
            throws IOException {
        return readers.read(tables -> tables.records().list(prefix, after, most));
    }

    @Override
    public void put(List<Entry> records) throws IOException {
        List<Entry> entries = List.copyOf(records);
        if (entries.size() > MOST_RECORDS) {
            throw new IllegalArgumentException(entries.size() + " records at once are too many");
        }
        plain(
                writer.submit((tables, place) -> {
                    for (Entry entry : entries) {
                        tables.records().write(entry);
                    }
                    return new Work.Done<>(entries.size(), place);
                }));
    }

    /** Finishes what has been handed over; what comes later fails. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        writer.close();
        readers.close();
        snapshots.close();
        try {
            // The last connection: empties the log into the database.
            tables.sql().close();
        } catch (SQLException e) {
            throw new IOException(files.database() + ": " + e.getMessage(), e);
        } finally {
            files.close();
        }
    }

    private static <T> T plain(Work<T> work) throws IOException {
        try {
            return work.await();
        } catch (StaleVersion e) {
            throw new IllegalStateException("nothing here expects a version", e);
        }
    }

    /**
     * Where the order stands for a reader. A reader may see a commit before the writer has told of
     * it; then it tells instead, so that nobody who comes later sees an earlier head.
     */
    private Place place(Tables tables) throws SQLException {
        Place place = tables.meta().read();
        advance(place);
        return place;
    }

    private void advance(Place place) {
        head.accumulateAndGet(place, (before, now) -> now.after(before) ? now : before);
    }

    private void committed(Place place) {
        advance(place);
        for (Runnable wake : wakes) {
            try {
                wake.run();
            } catch (RuntimeException e) {
                LOG.error("whoever wanted to hear of changes failed", e);
            }
        }
    }
}
