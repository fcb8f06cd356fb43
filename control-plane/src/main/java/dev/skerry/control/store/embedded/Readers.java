package dev.skerry.control.store.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Some connections that read, each within one transaction at a time. Thread-safe. */
final class Readers {
    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private final Path file;
    private final int count;
    private final Semaphore free;
    private final ConcurrentLinkedQueue<Tables> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Readers(Path file, int count) throws SQLException {
        this.file = file;
        this.count = count;
        this.free = new Semaphore(count, true);
        try {
            for (int i = 0; i < count; i++) {
                idle.add(Database.reader(file));
            }
        } catch (SQLException e) {
            closeIdle();
            throw e;
        }
    }

    /** Something to read. */
    @FunctionalInterface
    interface Query<T extends @Nullable Object> {
        /** Reads; all that it sees is of one moment. */
        T run(Tables tables) throws SQLException;
    }

    /** Waits for a connection and reads. */
    <T extends @Nullable Object> T read(Query<T> query) throws IOException {
        free.acquireUninterruptibly();
        Tables tables = closed ? null : idle.poll();
        try {
            if (tables == null) {
                throw new IOException("the control store is closed");
            }
            tables.sql().run("BEGIN");
            return query.run(tables);
        } catch (SQLException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        } finally {
            if (tables != null) {
                end(tables);
                idle.add(tables);
            }
            free.release();
        }
    }

    /** Waits for those who read, then closes all. */
    void close() {
        free.acquireUninterruptibly(count);
        closed = true;
        closeIdle();
        free.release(count);
    }

    private void end(Tables tables) {
        try {
            tables.sql().run("ROLLBACK");
        } catch (SQLException e) {
            LOG.debug("{}: {}", file, e.getMessage());
        }
    }

    private void closeIdle() {
        for (Tables tables = idle.poll(); tables != null; tables = idle.poll()) {
            try {
                tables.sql().close();
            } catch (SQLException e) {
                LOG.debug("{}: {}", file, e.getMessage());
            }
        }
    }
}
