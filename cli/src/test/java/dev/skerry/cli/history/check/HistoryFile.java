package dev.skerry.cli.history.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A history as a file: JSON, one event a line, in the order in which they ended. Thread-safe. */
public final class HistoryFile implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BufferedWriter out;

    private HistoryFile(BufferedWriter out) {
        this.out = out;
    }

    /** Begins a file. */
    public static HistoryFile create(Path file) throws IOException {
        return new HistoryFile(Files.newBufferedWriter(file));
    }

    /** Reads a file. */
    public static List<Event> read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(HistoryFile::event).toList();
        }
    }

    /** Appends an event. */
    public void add(Event event) {
        try {
            String line = JSON.writerFor(Event.class).writeValueAsString(event);
            synchronized (out) {
                out.write(line);
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes what was appended readable. */
    public void flush() throws IOException {
        synchronized (out) {
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (out) {
            out.close();
        }
    }

    private static Event event(String line) {
        try {
            return JSON.readValue(line, Event.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no event: " + line, e);
        }
    }
}
