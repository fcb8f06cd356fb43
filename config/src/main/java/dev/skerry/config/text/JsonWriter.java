package dev.skerry.config.text;

import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON document (RFC 8259) from left to right: members in the order in which they are
 * given, commas where they belong. Whoever writes keeps objects and lists in pairs.
 */
public final class JsonWriter {
    private final StringBuilder json = new StringBuilder(512);
    private boolean comma;

    /** Begins an object: a member's value, an element, or the document. */
    public JsonWriter object() {
        return open('{');
    }

    /** Begins an object under a name. */
    public JsonWriter object(String name) {
        return name(name).open('{');
    }

    /** Begins a list under a name. */
    public JsonWriter list(String name) {
        return name(name).open('[');
    }

    /** Ends an object. */
    public JsonWriter end() {
        return close('}');
    }

    /** Ends a list. */
    public JsonWriter endList() {
        return close(']');
    }

    /** A member; {@code null} is written as such. */
    public JsonWriter put(String name, @Nullable String value) {
        name(name);
        return value == null ? raw("null") : quoted(value);
    }

    /** A member. */
    public JsonWriter put(String name, long value) {
        return name(name).raw(Long.toString(value));
    }

    /** A member. */
    public JsonWriter put(String name, boolean value) {
        return name(name).raw(Boolean.toString(value));
    }

    /** A member that is a list of texts. */
    public JsonWriter putAll(String name, Iterable<String> values) {
        list(name);
        for (String value : values) {
            quoted(value);
        }
        return endList();
    }

    /** What has been written. */
    @Override
    public String toString() {
        return json.toString();
    }

    private JsonWriter name(String name) {
        quoted(name);
        json.append(':');
        comma = false;
        return this;
    }

    private JsonWriter open(char bracket) {
        separate();
        json.append(bracket);
        comma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        json.append(bracket);
        comma = true;
        return this;
    }

    private JsonWriter raw(String value) {
        separate();
        json.append(value);
        comma = true;
        return this;
    }

    private JsonWriter quoted(String text) {
        separate();
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                // A lone surrogate is no character: escaped, it survives the way through UTF-8.
                json.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
            } else {
                json.append(c);
            }
        }
        json.append('"');
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            json.append(',');
        }
    }
}
