package dev.skerry.control.store.embedded;

import dev.skerry.control.store.StaleVersion;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Something to write: done by the writer together with others in one transaction, waited for by
 * whoever wants it.
 *
 * @param <T> what it answers
 */
final class Work<T> {
    private final Task<T> task;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private @Nullable Done<T> done;
    private @Nullable Throwable refusal;

    Work(Task<T> task) {
        this.task = task;
    }

    /** What is to be written. Runs again when the transaction that it shared has failed. */
    @FunctionalInterface
    interface Task<T> {
        /** Writes, and says where the order stands then. */
        Done<T> run(Tables tables, Place place) throws SQLException, StaleVersion;
    }

    /** What a task has done. */
    record Done<T>(T answer, Place place) {}

    // ---- for the writer

    /**
     * Runs within a savepoint. What the work itself does wrong takes back its own part alone.
     *
     * @return where the order stands then
     * @throws SQLException when the whole transaction is lost
     */
    Place run(Tables tables, Place place) throws SQLException {
        done = null;
        refusal = null;
        tables.sql().run("SAVEPOINT work");
        try {
            done = task.run(tables, place);
            tables.sql().run("RELEASE work");
            return done.place();
        } catch (StaleVersion | RuntimeException | Error e) {
            refusal = e;
            tables.sql().run("ROLLBACK TO work");
            tables.sql().run("RELEASE work");
            return place;
        }
    }

    /** The transaction is durable. */
    void committed() {
        if (done != null) {
            outcome.complete(done.answer());
        } else {
            outcome.completeExceptionally(
                    refusal != null ? refusal : new IllegalStateException("it did not run"));
        }
    }

    /** Nothing was written. */
    void failed(IOException reason) {
        outcome.completeExceptionally(reason);
    }

    // ---- for who waits

    /**
     * Waits until it is durable, or certain that it never will be; so an interrupt has to wait.
     *
     * @throws IOException when nothing was written
     */
    T await() throws IOException, StaleVersion {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case StaleVersion stale -> throw stale;
                case IOException failure -> throw new IOException(failure.getMessage(), failure);
                case Error error -> throw error;
                case RuntimeException own -> throw own;
                case null, default -> throw e;
            }
        }
    }
}
