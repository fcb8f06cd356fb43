package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.Position;
import dev.skerry.control.store.StoreLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. All work that waits while a transaction is being made durable shares
 * the next one, so that a hundred callers wait for one fsync and not for a hundred.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    private final Path file;
    private final Tables tables;
    private final StoreLimits limits;
    private final Consumer<Place> committed;
    private final WriteQueue queue = new WriteQueue();
    private final Thread thread;
    private Place place;
    private boolean failing;

    /**
     * Starts.
     *
     * @param committed told of each new place when it is durable, before its callers are
     */
    Writer(Path file, Tables tables, StoreLimits limits, Consumer<Place> committed)
            throws SQLException {
        this.file = file;
        this.tables = tables;
        this.limits = limits;
        this.committed = committed;
        this.place = tables.meta().read();
        this.thread = Thread.ofPlatform().daemon().name("control store").unstarted(this::runAll);
        thread.start();
    }

    /** Hands work over; {@link Work#await} says what became of it. */
    <T> Work<T> submit(Work.Task<T> task) throws IOException {
        Work<T> work = new Work<>(task);
        queue.put(work);
        return work;
    }

    /** Does what was handed over, then ends. */
    void close() {
        queue.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void runAll() {
        List<Work<?>> batch = queue.take();
        try {
            for (; !batch.isEmpty(); batch = queue.take()) {
                commitOrFail(batch);
            }
        } finally {
            // Only a mistake in here ends this early; then nobody may wait for ever.
            queue.close();
            for (; !batch.isEmpty(); batch = queue.take()) {
                batch.forEach(work -> work.failed(new IOException("the control store has failed")));
            }
        }
    }

    private void commitOrFail(List<Work<?>> batch) {
        try {
            commit(batch);
            if (failing) {
                LOG.info("{}: the control store can write again", file);
            }
            failing = false;
        } catch (SQLException e) {
            if (batch.size() > 1) {
                // Perhaps one of them alone is at fault: too large for what is left of the disk.
                batch.forEach(work -> commitOrFail(List.of(work)));
                return;
            }
            if (!failing) {
                LOG.error("{}: the control store cannot write: {}", file, e.getMessage());
            }
            failing = true;
            batch.getFirst().failed(new IOException(file + ": " + e.getMessage(), e));
        }
    }

    private void commit(List<Work<?>> batch) throws SQLException {
        Place next = place;
        try {
            tables.sql().run("BEGIN IMMEDIATE");
            for (Work<?> work : batch) {
                next = work.run(tables, next);
            }
            if (next.after(place)) {
                tables.ledger().bound(limits.ledgerRows());
                next = compact(next);
                tables.meta().write(next);
            }
            tables.sql().run("COMMIT");
        } catch (SQLException e) {
            rollBack();
            throw e;
        }
        if (next.after(place)) {
            place = next;
            committed.accept(next);
        }
        batch.forEach(Work::committed);
    }

    private Place compact(Place now) throws SQLException {
        Position at = now.position();
        long gone = at.counter() - limits.changes();
        if (gone < now.first()) {
            return now;
        }
        String base = tables.changes().hashAt(gone);
        if (base == null) {
            throw RowSum.corrupt("change " + gone + " is missing");
        }
        tables.changes().compact(gone);
        return new Place(now.epoch(), at, now.floor(), gone + 1, base);
    }

    private void rollBack() {
        try {
            tables.sql().run("ROLLBACK");
        } catch (SQLException e) {
            // After some failures SQLite has rolled back already.
            LOG.debug("{}: {}", file, e.getMessage());
        }
    }
}
