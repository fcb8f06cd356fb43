package dev.skerry.cli.history;

import dev.skerry.cli.history.check.Event;
import dev.skerry.cli.history.check.HistoryFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Writes down what happens, by one clock. Thread-safe. */
final class Recorder implements AutoCloseable {
    private final HistoryFile out;
    private final Path file;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final long began = System.nanoTime();

    private Recorder(HistoryFile out, Path file) {
        this.out = out;
        this.file = file;
    }

    /** Begins a file. */
    static Recorder to(Path file) throws IOException {
        return new Recorder(HistoryFile.create(file), file);
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return System.nanoTime() - began;
    }

    void add(Event event) {
        switch (event) {
            case Event.Read read -> {
                if (read.status() == 200) {
                    reads.incrementAndGet();
                    hits.addAndGet(read.cache().contains("; hit; ttl") ? 1 : 0);
                }
            }
            case Event.Purged _ -> accepted.incrementAndGet();
            case Event.Done _ -> done.incrementAndGet();
            default -> {}
        }
        out.add(event);
    }

    /** Reads that were answered so far. */
    long reads() {
        return reads.get();
    }

    /** Those that a node answered from its store. */
    long hits() {
        return hits.get();
    }

    /** Purges accepted so far. */
    long accepted() {
        return accepted.get();
    }

    /** Those that every node has acknowledged. */
    long done() {
        return done.get();
    }

    /** What was written down so far. */
    List<Event> history() throws IOException {
        out.flush();
        return HistoryFile.read(file);
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
