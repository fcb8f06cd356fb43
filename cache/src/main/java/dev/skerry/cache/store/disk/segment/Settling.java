package dev.skerry.cache.store.disk.segment;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes durable what was appended, on a thread of its own: the writer's thread would wait for the
 * device at the end of each segment while its queue fills. Bytes begin to go to the device soon
 * after they were appended, so that neither a seal nor the system has many to write at once. For
 * the writer's thread.
 */
final class Settling implements AutoCloseable {
    /** About how many bytes are sent to the device at once. */
    private static final long STEP = 8 << 20;

    private final ExecutorService thread;
    private final Consumer<IOException> failed;

    /** What the thread does, or did last. */
    private @Nullable Future<?> last;

    /** Which segment the bytes are of that were not sent to the device yet, and from where on. */
    private @Nullable Segment segment;

    private long from;

    /**
     * @param failed told of a segment that was not sealed, on the thread of this
     */
    Settling(ThreadFactory threads, Consumer<IOException> failed) {
        this.thread = Executors.newSingleThreadExecutor(threads);
        this.failed = failed;
    }

    /** More of a segment has been written. */
    void wrote(Segment to) {
        if (!to.equals(segment)) {
            segment = to;
            from = 0;
        }
        long at = from;
        long length = to.end() - at;
        // While the device is behind, what comes meanwhile goes with the next step.
        if (length >= STEP && (last == null || last.isDone()) && to.retain()) {
            from = to.end();
            last =
                    thread.submit(() -> {
                        to.file().startWriting(at, length);
                        to.release();
                    });
        }
    }

    /**
     * Makes a segment durable and gives it its footer, soon. Waits for the one before: of no more
     * than two segments bytes may be lost when the power fails.
     *
     * @param entries its own from here on
     */
    void seal(Segment full, FooterEntries entries) throws IOException {
        try {
            await();
        } catch (IOException e) {
            entries.close();
            throw e;
        }
        if (!full.retain()) {
            entries.close();
            return;
        }
        last =
                thread.submit(() -> {
                    try (entries) {
                        full.file().sync();
                        if (entries.isComplete()) {
                            LogAppender.writeFooter(full, entries);
                        }
                    } catch (IOException e) {
                        failed.accept(e);
                    } finally {
                        full.release();
                    }
                });
    }

    private void await() throws IOException {
        try {
            if (last != null) {
                last.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("a segment could not be sealed", e.getCause());
        } finally {
            last = null;
        }
    }

    /** Ends when everything is sealed. */
    @Override
    public void close() {
        thread.close();
    }
}
