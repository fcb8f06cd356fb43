package dev.skerry.proxy.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries as JSON lines in a byte array. All of it is ASCII: what is not visible ASCII is escaped,
 * char by char, so that every byte of a request can be read back. One thread.
 */
final class LineBuffer {
    private static final int SHORT = 256;
    private static final int LONG = 1024;
    private static final int TARGET = 4096;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final String node;
    private byte[] bytes = new byte[1 << 16];
    private int length;
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    LineBuffer(String node) {
        this.node = node;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** Ends what may be half a line. */
    void lineBreak() {
        put('\n');
    }

    void append(AccessEntry entry) {
        ascii("{\"time\":\"");
        time(entry.timeMillis());
        put('"');
        text("node", node, SHORT);
        text("client", entry.client(), SHORT);
        text("method", entry.method(), SHORT);
        text("scheme", entry.scheme(), SHORT);
        text("host", entry.host(), SHORT);
        text("target", entry.target(), TARGET);
        text("protocol", entry.protocol(), SHORT);
        number("status", entry.status());
        number("bytes", entry.bytes());
        millis("duration_ms", entry.durationNanos());
        millis("ttfb_ms", entry.ttfbNanos());
        text("site", entry.site(), SHORT);
        text("cache", entry.cache(), SHORT);
        text("reason", entry.reason(), SHORT);
        text("tier", entry.tier(), SHORT);
        text("upstream", entry.upstream(), SHORT);
        millis("upstream_ms", entry.upstreamNanos());
        text("referer", entry.referer(), LONG);
        text("user_agent", entry.userAgent(), LONG);
        put('}');
        put('\n');
    }

    /** RFC 3339 with milliseconds; the text of the second is kept, as lines come in bursts. */
    private void time(long millis) {
        long now = Math.floorDiv(millis, 1000);
        if (now != second) {
            String text = Instant.ofEpochSecond(now).toString();
            second = now;
            secondText = text.substring(0, text.length() - 1) + ".";
        }
        ascii(secondText);
        threeDigits((int) Math.floorMod(millis, 1000L));
        put('Z');
    }

    private void number(String name, long value) {
        name(name);
        ascii(Long.toString(value));
    }

    private void millis(String name, long nanos) {
        if (nanos < 0) {
            return;
        }
        name(name);
        long micros = nanos / 1000;
        ascii(Long.toString(micros / 1000));
        put('.');
        threeDigits((int) (micros % 1000));
    }

    private void text(String name, @Nullable String value, int limit) {
        if (value == null) {
            return;
        }
        name(name);
        put('"');
        int end = Math.min(value.length(), limit);
        for (int i = 0; i < end; i++) {
            character(value.charAt(i));
        }
        if (end < value.length()) {
            // An ellipsis: no text of one char a byte holds one.
            ascii("\\u2026");
        }
        put('"');
    }

    private void character(char c) {
        if (c == '"' || c == '\\') {
            put('\\');
            put(c);
        } else if (c >= ' ' && c < 127) {
            put(c);
        } else {
            ascii("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                put((char) HEX[c >> shift & 15]);
            }
        }
    }

    private void name(String name) {
        put(',');
        put('"');
        ascii(name);
        put('"');
        put(':');
    }

    private void threeDigits(int value) {
        put((char) ('0' + value / 100));
        put((char) ('0' + value / 10 % 10));
        put((char) ('0' + value % 10));
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(char c) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) c;
    }
}
