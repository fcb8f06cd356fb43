package dev.skerry.config.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a message, read strictly: every member that is asked for must be there and of
 * its type. Members that nobody asks for are passed over, so that later versions may add some.
 */
final class MessageReader {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{32}");

    static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(8)
                                                    .maxStringLength(StreamCodec.MOST_CHARS)
                                                    .maxNumberLength(20)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final String where;
    private final JsonNode object;

    private MessageReader(String where, JsonNode object) throws MalformedMessage {
        if (!object.isObject()) {
            throw new MalformedMessage(where + " is no object");
        }
        this.where = where;
        this.object = object;
    }

    /** Reads one of a list's objects. */
    @FunctionalInterface
    interface Element<T> {
        T read(MessageReader object) throws MalformedMessage;
    }

    /** The object that a text is. */
    static MessageReader of(String where, String json) throws MalformedMessage {
        if (json.length() > StreamCodec.MOST_CHARS) {
            throw new MalformedMessage(where + " is longer than " + StreamCodec.MOST_CHARS);
        }
        try {
            return new MessageReader(where, JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new MalformedMessage(where + " is no JSON: " + e.getOriginalMessage());
        }
    }

    /** The object that some bytes in UTF-8 are. */
    static MessageReader of(String where, byte[] json) throws MalformedMessage {
        if (json.length > StreamCodec.MOST_CHARS) {
            throw new MalformedMessage(where + " is longer than " + StreamCodec.MOST_CHARS);
        }
        try {
            return new MessageReader(where, JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new MalformedMessage(where + " is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new MalformedMessage(where + " is no JSON: " + e.getMessage());
        }
    }

    String text(String name) throws MalformedMessage {
        JsonNode value = object.path(name);
        if (!value.isTextual()) {
            throw wrong(name, "is no text");
        }
        return value.textValue();
    }

    @Nullable String optionalText(String name) throws MalformedMessage {
        return absent(name) ? null : text(name);
    }

    /** A number from {@code least} up. */
    long number(String name, long least) throws MalformedMessage {
        JsonNode value = object.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
            throw wrong(name, "is no whole number from " + least);
        }
        return value.longValue();
    }

    /** A number from 0 up; 0 where an earlier version says nothing. */
    long numberOrZero(String name) throws MalformedMessage {
        return absent(name) ? 0 : number(name, 0);
    }

    /** A number from 0 up; -1 where an earlier version says nothing. */
    long numberOrNone(String name) throws MalformedMessage {
        return absent(name) ? -1 : number(name, -1);
    }

    boolean flag(String name) throws MalformedMessage {
        JsonNode value = object.path(name);
        if (!value.isBoolean()) {
            throw wrong(name, "is neither true nor false");
        }
        return value.booleanValue();
    }

    /** One of an enum's words in lower case. */
    <E extends Enum<E>> E word(String name, Class<E> words) throws MalformedMessage {
        String text = text(name);
        for (E word : words.getEnumConstants()) {
            if (StreamCodec.word(word).equals(text)) {
                return word;
            }
        }
        throw wrong(name, "is none of the words of " + words.getSimpleName());
    }

    MessageReader object(String name) throws MalformedMessage {
        return new MessageReader(where + "." + name, object.path(name));
    }

    <T> List<T> list(String name, Element<T> element) throws MalformedMessage {
        JsonNode list = object.path(name);
        if (!list.isArray()) {
            throw wrong(name, "is no list");
        }
        List<T> read = new ArrayList<>(list.size());
        for (JsonNode each : list) {
            read.add(
                    element.read(
                            new MessageReader(where + "." + name + "[" + read.size() + "]", each)));
        }
        return read;
    }

    /** A position: {@code {"revision":"HISTORY.COUNTER","hash":"…"}}. */
    Position position(String name) throws MalformedMessage {
        MessageReader position = object(name);
        return position(position.text("revision"), position.text("hash"));
    }

    @Nullable Position optionalPosition(String name) throws MalformedMessage {
        return absent(name) ? null : position(name);
    }

    /** A position of its two texts. */
    static Position position(String revision, String hash) throws MalformedMessage {
        Revision read = Revision.parse(revision);
        if (read == null || !HASH.matcher(hash).matches()) {
            throw new MalformedMessage(
                    "'" + shortened(revision) + "' with '" + shortened(hash) + "' is no position");
        }
        return new Position(read, hash);
    }

    /** What is wrong with a member. */
    MalformedMessage wrong(String name, String what) {
        return new MalformedMessage(where + "." + name + " " + what);
    }

    private boolean absent(String name) {
        return object.path(name).isMissingNode() || object.path(name).isNull();
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
