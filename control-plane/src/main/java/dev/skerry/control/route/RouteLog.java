package dev.skerry.control.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.skerry.net.metrics.Counter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line of JSON for every request, written by a thread of its own. Its queue is bounded: when the
 * output cannot follow, lines are dropped and counted, and no request waits.
 */
final class RouteLog implements AutoCloseable {
    /** Entries that may wait. */
    static final int CAPACITY = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(RouteLog.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    private static final int FLUSH_BYTES = 60_000;
    private static final int MAX_TEXT = 4096;

    private final JsonFactory json =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final OutputStream out;
    private final Counter dropped;
    private final Thread writer;
    private volatile boolean closed;

    // Of the writer's thread.
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private boolean warned;

    /**
     * One request. Texts hold one char a byte, as received.
     *
     * @param timeMillis wall time
     * @param client null when it did not matter
     * @param placement null when it did not matter
     * @param kilometres -1 when unknown
     * @param candidates how many edges were in rotation
     */
    record Entry(
            long timeMillis,
            String method,
            String host,
            String target,
            Outcome outcome,
            int status,
            @Nullable String site,
            @Nullable InetAddress client,
            @Nullable Placement placement,
            @Nullable String location,
            int kilometres,
            @Nullable String edge,
            int candidates) {}

    /**
     * Begins to write.
     *
     * @param out flushed after each write; not closed
     */
    RouteLog(OutputStream out, Counter dropped) {
        this.out = out;
        this.dropped = dropped;
        this.writer = Thread.ofPlatform().name("router-log").daemon().start(this::run);
    }

    /** Hands an entry over; never waits. */
    void log(Entry entry) {
        int ahead = waiting.getAndIncrement();
        if (ahead >= CAPACITY || closed) {
            waiting.decrementAndGet();
            dropped.increment();
            return;
        }
        queue.add(entry);
        if (ahead == CAPACITY / 2) {
            LockSupport.unpark(writer);
        }
    }

    /** Writes what waits, for five seconds at most. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            if (!writer.join(CLOSE_WAIT)) {
                LOG.warn("the router's last log lines could not be written in {}", CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            // Read before the queue: what was logged before close() is then seen below.
            boolean last = closed;
            drain();
            if (last) {
                return;
            }
            if (waiting.get() == 0 && !closed) {
                LockSupport.parkNanos(this, LOOK.toNanos());
            }
        }
    }

    private void drain() {
        int count = 0;
        for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
            waiting.decrementAndGet();
            try {
                append(entry);
                count++;
                if (lines.size() >= FLUSH_BYTES) {
                    flush();
                    count = 0;
                }
            } catch (IOException e) {
                failed(e, Math.max(1, count));
                count = 0;
            }
        }
        if (count > 0) {
            try {
                flush();
            } catch (IOException e) {
                failed(e, count);
            }
        }
    }

    private void flush() throws IOException {
        lines.writeTo(out);
        out.flush();
        lines.reset();
        warned = false;
    }

    private void failed(IOException e, int count) {
        dropped.add(count);
        lines.reset();
        if (!warned) {
            warned = true;
            LOG.warn("the router's log cannot be written: {}", e.toString());
        }
    }

    private void append(Entry entry) throws IOException {
        try (JsonGenerator line = json.createGenerator(lines)) {
            line.writeStartObject();
            line.writeStringField("time", Instant.ofEpochMilli(entry.timeMillis()).toString());
            InetAddress client = entry.client();
            text(line, "client", client == null ? null : client.getHostAddress());
            text(line, "method", entry.method());
            text(line, "host", entry.host());
            text(line, "target", entry.target());
            line.writeNumberField("status", entry.status());
            text(line, "outcome", entry.outcome().word());
            text(line, "site", entry.site());
            Placement placement = entry.placement();
            if (placement != null) {
                text(line, "placed", placement.how().word());
                text(line, "country", placement.country());
                text(line, "location", entry.location());
                if (entry.kilometres() >= 0) {
                    line.writeNumberField("km", entry.kilometres());
                }
                text(line, "edge", entry.edge());
                line.writeNumberField("candidates", entry.candidates());
            }
            line.writeEndObject();
        }
        lines.write('\n');
    }

    private static void text(JsonGenerator line, String name, @Nullable String value)
            throws IOException {
        if (value != null) {
            line.writeStringField(
                    name, value.length() > MAX_TEXT ? value.substring(0, MAX_TEXT) : value);
        }
    }
}
