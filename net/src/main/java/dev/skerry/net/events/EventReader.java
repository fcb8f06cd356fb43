package dev.skerry.net.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a {@code text/event-stream} body (WHATWG HTML, server-sent events), with
 * limits, and with one deviation: what is not UTF-8 is an error instead of a replacement character,
 * because a text that was changed on its way is worse than none. One thread at a time.
 */
public final class EventReader {
    /** The most bytes of one line, its end not counted. */
    public static final int MOST_LINE_BYTES = 4 << 20;

    /** The most characters of one event's data, line ends between its lines counted. */
    public static final int MOST_EVENT_CHARS = 8 << 20;

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int KEPT_BYTES = 64 * 1024;
    private static final String MARK = "\uFEFF";

    private final Bytes in;
    private final int mostLineBytes;
    private final int mostEventChars;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean afterReturn;
    private boolean first = true;

    // Of the event that is being read.
    private String name = "";
    private String id = "";
    private @Nullable StringBuilder data;

    /** A reader with the usual limits. */
    public EventReader(Bytes in) {
        this(in, MOST_LINE_BYTES, MOST_EVENT_CHARS);
    }

    EventReader(Bytes in, int mostLineBytes, int mostEventChars) {
        this.in = in;
        this.mostLineBytes = mostLineBytes;
        this.mostEventChars = mostEventChars;
    }

    /** Where the bytes come from. */
    @FunctionalInterface
    public interface Bytes {
        /** Waits for at least one byte and puts what is there into the buffer; -1 at the end. */
        int read(ByteBuffer into) throws IOException;
    }

    /**
     * An event.
     *
     * @param name {@code message} when it named none
     * @param id the last id that the stream has given, empty before the first
     * @param data its data lines with a line feed between them
     */
    public record Event(String name, String id, String data) {}

    /**
     * Waits for the next event.
     *
     * @return null at the end of the stream; an event that was not whole by then is none
     * @throws IOException when the stream broke, is not UTF-8, or passes a limit
     */
    public @Nullable Event next() throws IOException {
        for (String text = nextLine(); text != null; text = nextLine()) {
            if (!text.isEmpty()) {
                take(text);
                continue;
            }
            StringBuilder whole = data;
            String type = name.isEmpty() ? "message" : name;
            name = "";
            data = null;
            if (whole != null) {
                return new Event(type, id, whole.toString());
            }
        }
        return null;
    }

    private void take(String text) throws IOException {
        int colon = text.indexOf(':');
        if (colon == 0) {
            return;
        }
        String field = colon < 0 ? text : text.substring(0, colon);
        int start = colon + 1 < text.length() && text.charAt(colon + 1) == ' ' ? 2 : 1;
        String value = colon < 0 ? "" : text.substring(colon + start);
        switch (field) {
            case "event" -> name = value;
            case "data" -> addData(value);
            case "id" -> {
                if (value.indexOf('\0') < 0) {
                    id = value;
                }
            }
            default -> {
                // The standard passes over fields that it does not know; nobody here uses "retry".
            }
        }
    }

    private void addData(String value) throws IOException {
        StringBuilder all = data;
        if (all == null) {
            all = new StringBuilder(value);
            data = all;
        } else {
            all.append('\n').append(value);
        }
        if (all.length() > mostEventChars) {
            throw new IOException("an event has more than " + mostEventChars + " characters");
        }
    }

    /** The next line without its end; null when the stream ends, whatever began before that. */
    private @Nullable String nextLine() throws IOException {
        while (true) {
            if (buffer.hasRemaining() && afterReturn) {
                afterReturn = false;
                if (buffer.get(buffer.position()) == '\n') {
                    buffer.get();
                }
            }
            int length = lengthOfLine();
            if (length > mostLineBytes - line.size()) {
                throw new IOException("a line has more than " + mostLineBytes + " bytes");
            }
            line.write(buffer.array(), buffer.position(), length);
            buffer.position(buffer.position() + length);
            if (buffer.hasRemaining()) {
                afterReturn = buffer.get() == '\r';
                return endLine();
            }
            buffer.clear();
            int count = in.read(buffer);
            buffer.flip();
            if (count < 0) {
                return null;
            }
        }
    }

    /** How many bytes are there before a line end, or before the end of what has arrived. */
    private int lengthOfLine() {
        for (int i = buffer.position(); i < buffer.limit(); i++) {
            byte next = buffer.get(i);
            if (next == '\n' || next == '\r') {
                return i - buffer.position();
            }
        }
        return buffer.remaining();
    }

    private String endLine() throws IOException {
        byte[] bytes = line.toByteArray();
        if (bytes.length > KEPT_BYTES) {
            line = new ByteArrayOutputStream();
        } else {
            line.reset();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("the event stream is not UTF-8", e);
        }
        boolean marked = first && text.startsWith(MARK);
        first = false;
        return marked ? text.substring(MARK.length()) : text;
    }
}
