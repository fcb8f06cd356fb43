package dev.skerry.net.events;

import dev.skerry.net.server.BodySource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code text/event-stream} response: events are offered on any thread and leave as
 * the client takes them. A client that falls too far behind is cut off, so nobody waits for it. An
 * idle stream owns no thread, no timer and no buffer.
 */
public final class EventStream implements BodySource {
    private final int mostBacklogBytes;
    private final Runnable cut;
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>(1);
    private @Nullable ByteBuffer sending;
    private int backlog;
    private boolean finished;
    private boolean broken;
    private boolean closed;
    private @Nullable Runnable reader;
    private @Nullable Runnable drained;
    private @Nullable Runnable closing;

    /**
     * A stream without events.
     *
     * @param mostBacklogBytes what may wait for the client; an event beyond it ends the stream
     * @param cut ends the exchange at once: {@code exchange::abort}. The body alone could not,
     *     because nobody asks it for more while the client takes nothing.
     */
    public EventStream(int mostBacklogBytes, Runnable cut) {
        this.mostBacklogBytes = mostBacklogBytes;
        this.cut = cut;
    }

    /**
     * The bytes of one event, which may be offered to many streams.
     *
     * @param name without line ends
     * @param id without line ends; null to leave the last id as it is
     * @param data any text; each line of it becomes one {@code data} line
     */
    public static ByteBuffer frame(String name, @Nullable String id, String data) {
        StringBuilder text = new StringBuilder(data.length() + name.length() + 24);
        text.append("event: ").append(oneLine(name)).append('\n');
        if (id != null) {
            text.append("id: ").append(oneLine(id)).append('\n');
        }
        if (isOneLine(data)) {
            text.append("data: ").append(data).append('\n');
        } else {
            data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        }
        text.append('\n');
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }

    /** Adds an event; see {@link #frame} and {@link #offer(ByteBuffer)}. */
    public boolean offer(String name, @Nullable String id, String data) {
        return offer(frame(name, id, data));
    }

    /**
     * Adds an event. Never waits.
     *
     * @param frame its remaining bytes, which are not consumed
     * @return false when the stream is over: it was before, or the client has too much before it
     *     and has just been cut off
     */
    public boolean offer(ByteBuffer frame) {
        Runnable wake;
        boolean over;
        synchronized (this) {
            if (closed || finished || broken) {
                return false;
            }
            over = frame.remaining() > mostBacklogBytes - backlog;
            if (over) {
                broken = true;
                forget();
            } else {
                waiting.add(frame.slice());
                backlog += frame.remaining();
            }
            wake = reader;
            reader = null;
        }
        run(wake);
        if (over) {
            cut.run();
        }
        return !over;
    }

    /** The bytes that wait for the client. */
    public synchronized int backlog() {
        return backlog;
    }

    /**
     * Runs {@code wake} once when the client has been given everything: at once if so already, else
     * on the connection's I/O thread, where it must be quick. Not run when the stream ends before.
     * The latest call counts.
     */
    public void onDrained(Runnable wake) {
        synchronized (this) {
            if (backlog > 0) {
                drained = wake;
                return;
            }
        }
        wake.run();
    }

    /** Runs {@code wake} once when the stream has ended, however it did. The latest call counts. */
    public void onClose(Runnable wake) {
        synchronized (this) {
            if (!closed) {
                closing = wake;
                return;
            }
        }
        wake.run();
    }

    /** Ends the stream after what has been offered. */
    public void finish() {
        Runnable wake;
        synchronized (this) {
            finished = true;
            wake = reader;
            reader = null;
        }
        run(wake);
    }

    /** Unknown: -1. */
    @Override
    public long length() {
        return -1;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        Runnable wake = null;
        ByteBuffer next;
        synchronized (this) {
            if (broken) {
                throw new IOException("the client takes events too slowly");
            }
            next = sending;
            if (next != null && !next.hasRemaining()) {
                backlog -= next.limit();
                next = null;
            }
            if (next == null) {
                next = waiting.poll();
                sending = next;
            }
            if (next == null && backlog == 0) {
                wake = drained;
                drained = null;
            }
        }
        if (wake == null) {
            return next;
        }
        wake.run();
        // It may have offered more, and the server asks for a wake-up only after this answer.
        return next();
    }

    @Override
    public synchronized boolean ended() {
        return finished && waiting.isEmpty() && sending == null;
    }

    @Override
    public void onReadable(Runnable wake) {
        synchronized (this) {
            if (waiting.isEmpty() && !finished && !broken) {
                reader = wake;
                return;
            }
        }
        wake.run();
    }

    @Override
    public void close() {
        Runnable wake;
        synchronized (this) {
            closed = true;
            forget();
            reader = null;
            wake = closing;
            closing = null;
        }
        run(wake);
    }

    private void forget() {
        waiting.clear();
        drained = null;
        if (closed) {
            sending = null;
        }
    }

    private static void run(@Nullable Runnable wake) {
        if (wake != null) {
            wake.run();
        }
    }

    private static String oneLine(String text) {
        if (!isOneLine(text)) {
            throw new IllegalArgumentException("a line end in the name or id of an event");
        }
        return text;
    }

    private static boolean isOneLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
    }
}
