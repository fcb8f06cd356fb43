package dev.skerry.cache.store.head;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a head lies in memory and on disk: numbers at fixed places, big-endian, then the field lines
 * as HTTP/1.1 writes them (ISO-8859-1), then vary and selecting, then the tags, then the name (an
 * empty list for none). Two heads belong to the same variant iff their second parts are equal byte
 * for byte. Lists are a count and, for each string, a length and UTF-8.
 */
public final class HeadCodec {
    public static final int BORN_AT = 0;
    public static final int BORN_AT_LOCAL = 8;
    public static final int RECEIVED = 16;
    public static final int INITIAL_AGE = 24;
    public static final int LIFETIME = 32;
    public static final int STALE_WHILE_REVALIDATE = 40;
    public static final int STALE_IF_ERROR = 48;
    public static final int FLAGS = 56;
    public static final int STATUS = 60;
    public static final int LINES_LENGTH = 64;
    public static final int VARIANT_LENGTH = 68;
    public static final int TAGS_LENGTH = 72;
    public static final int NAME_LENGTH = 76;

    /** Where the field lines begin. */
    public static final int LINES = 80;

    private HeadCodec() {}

    /**
     * The bytes of a head.
     *
     * @throws IllegalArgumentException when a field would not survive as an HTTP/1.1 line
     */
    public static byte[] encode(StoredHead stored) {
        byte[] lines = lines(stored.head().fields());
        byte[] variant = variant(stored.vary(), stored.selecting());
        byte[] tags = strings(stored.tags());
        byte[] name = name(stored.name());
        Stamp stamp = stored.stamp();
        return ByteBuffer.allocate(
                        LINES + lines.length + variant.length + tags.length + name.length)
                .putLong(stamp.bornAt())
                .putLong(stamp.bornAtLocal())
                .putLong(stamp.receivedMillis())
                .putLong(stamp.initialAgeMillis())
                .putLong(stamp.lifetimeMillis())
                .putLong(stamp.staleWhileRevalidateMillis())
                .putLong(stamp.staleIfErrorMillis())
                .putInt(stamp.flags())
                .putInt(stored.head().status())
                .putInt(lines.length)
                .putInt(variant.length)
                .putInt(tags.length)
                .putInt(name.length)
                .put(lines)
                .put(variant)
                .put(tags)
                .put(name)
                .array();
    }

    /** What {@link #lines} made. */
    public static FieldList decodeLines(byte[] bytes) {
        FieldList.Builder fields = FieldList.builder();
        String text = new String(bytes, ISO_8859_1);
        int at = 0;
        while (at < text.length()) {
            int colon = text.indexOf(':', at);
            int end = text.indexOf('\r', colon);
            fields.add(text.substring(at, colon), text.substring(colon + 2, end));
            at = end + 2;
        }
        return fields.build();
    }

    /** A list from where {@code bytes} stands, which is then behind it. */
    public static List<String> decodeStrings(ByteBuffer bytes) {
        int count = bytes.getInt();
        if (count == 0) {
            return List.of();
        }
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] string = new byte[bytes.getInt()];
            bytes.get(string);
            strings.add(new String(string, UTF_8));
        }
        return List.copyOf(strings);
    }

    /** The name from its part of the bytes; null when it was encoded without one. */
    public static @Nullable KeyName decodeName(ByteBuffer bytes) {
        List<String> parts = decodeStrings(bytes);
        return parts.isEmpty()
                ? null
                : new KeyName(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }

    /** The head that begins at the buffer's position. */
    public static StoredHead decode(ByteBuffer head) {
        ByteBuffer from = head.duplicate().order(head.order());
        Stamp stamp =
                new Stamp(
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getInt());
        int status = from.getInt();
        byte[] lines = new byte[from.getInt()];
        from.position(head.position() + LINES);
        from.get(lines);
        List<String> vary = decodeStrings(from);
        FieldList selecting = FieldList.of(decodeStrings(from).toArray(new String[0]));
        return new StoredHead(
                new ResponseHead(status, decodeLines(lines)),
                vary,
                selecting,
                decodeStrings(from),
                stamp,
                decodeName(from));
    }

    /** The tags of a head that begins at the buffer's position. */
    public static List<String> tags(ByteBuffer head) {
        int at = head.position() + LINES;
        at += head.getInt(head.position() + LINES_LENGTH);
        at += head.getInt(head.position() + VARIANT_LENGTH);
        return decodeStrings(head.slice(at, head.getInt(head.position() + TAGS_LENGTH)));
    }

    /** The name of a head that begins at the buffer's position; null when it has none. */
    public static @Nullable KeyName name(ByteBuffer head) {
        int length = head.getInt(head.position() + NAME_LENGTH);
        int end = head.position() + length(head);
        return decodeName(head.slice(end - length, length));
    }

    /** The bytes of a whole head: from the numbers at its start. */
    public static int length(ByteBuffer head) {
        int at = head.position();
        return LINES
                + head.getInt(at + LINES_LENGTH)
                + head.getInt(at + VARIANT_LENGTH)
                + head.getInt(at + TAGS_LENGTH)
                + head.getInt(at + NAME_LENGTH);
    }

    private static byte[] lines(FieldList fields) {
        StringBuilder text = new StringBuilder(32 * fields.size());
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            if (name.indexOf(':') >= 0) {
                throw new IllegalArgumentException("not a field name");
            }
            text.append(oneLine(name)).append(": ").append(oneLine(fields.value(i))).append("\r\n");
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    private static String oneLine(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '\r' || c == '\n' || c > 0xFF) {
                throw new IllegalArgumentException("a field that is not one ISO-8859-1 line");
            }
        }
        return part;
    }

    private static byte[] variant(List<String> vary, FieldList selecting) {
        List<String> fields = new ArrayList<>(2 * selecting.size());
        for (int i = 0; i < selecting.size(); i++) {
            fields.add(selecting.name(i));
            fields.add(selecting.value(i));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(strings(vary));
        out.writeBytes(strings(fields));
        return out.toByteArray();
    }

    private static byte[] strings(List<String> strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(intBytes(strings.size()));
        for (String string : strings) {
            byte[] bytes = string.getBytes(UTF_8);
            out.writeBytes(intBytes(bytes.length));
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] name(@Nullable KeyName name) {
        return strings(
                name == null
                        ? List.of()
                        : List.of(name.site(), name.scheme(), name.host(), name.target()));
    }

    private static byte[] intBytes(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
