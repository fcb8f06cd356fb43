package dev.skerry.control.store.etcd;

import dev.skerry.control.store.StaleVersion;
import dev.skerry.control.store.UnknownOutcome;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Something to write: planned by the writer together with others, waited for by whoever wants it.
 *
 * @param <T> what it answers
 */
final class Pending<T> {
    private final Task<T> task;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private @Nullable Part<T> part;
    private @Nullable Throwable refusal;

    Pending(Task<T> task) {
        this.task = task;
    }

    /** What is to be written. Planned again when somebody else was faster. */
    @FunctionalInterface
    interface Task<T> {
        /** What it adds to a plan. */
        Part<T> plan(Plan plan) throws StaleVersion, IOException;
    }

    // ---- for the writer

    /**
     * Plans it.
     *
     * @return null when it is itself at fault
     */
    @Nullable Part<T> plan(Plan plan) throws IOException {
        part = null;
        refusal = null;
        try {
            part = task.plan(plan);
        } catch (StaleVersion | RuntimeException | Error e) {
            refusal = e;
        }
        return part;
    }

    /** What it was planned within is durable. */
    void committed() {
        Part<T> done = part;
        if (done != null) {
            outcome.complete(done.answer());
        } else {
            outcome.completeExceptionally(
                    refusal != null ? refusal : new IllegalStateException("it was not planned"));
        }
    }

    void failed(IOException reason) {
        outcome.completeExceptionally(reason);
    }

    // ---- for who waits

    /**
     * Waits until it is durable, or nothing more can be found out.
     *
     * @throws UnknownOutcome when nobody knows
     * @throws IOException when nothing was written
     */
    T await() throws IOException, StaleVersion {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case StaleVersion stale -> throw stale;
                case UnknownOutcome unknown ->
                        throw new UnknownOutcome(unknown.getMessage(), unknown);
                case IOException failure -> throw new IOException(failure.getMessage(), failure);
                case Error error -> throw error;
                case RuntimeException own -> throw own;
                case null, default -> throw e;
            }
        }
    }
}
