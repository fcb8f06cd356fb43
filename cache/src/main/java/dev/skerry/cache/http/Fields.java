package dev.skerry.cache.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A read-only list of HTTP fields (RFC 9110 §5): names compare without case, the order and number
 * of lines of one name are kept. Values hold one char a byte (ISO-8859-1), so that any octet
 * survives.
 */
public interface Fields {
    /** The number of field lines. */
    int size();

    /** The name of line {@code index}, as it was received or set. */
    String name(int index);

    /** The value of line {@code index}, without surrounding white space. */
    String value(int index);

    /** The value of the first line with this name, or null when there is none. */
    @Nullable String first(String name);

    /** The values of all lines with this name, in order; empty when there is none. */
    List<String> all(String name);

    /** Whether a line with this name is present. */
    default boolean contains(String name) {
        return first(name) != null;
    }

    /** The number of lines with this name. */
    default int count(String name) {
        return all(name).size();
    }

    /**
     * All lines of this name joined by {@code ", "} (RFC 9110 §5.3), or null when there is none.
     */
    default @Nullable String combined(String name) {
        List<String> values = all(name);
        return switch (values.size()) {
            case 0 -> null;
            case 1 -> values.getFirst();
            default -> String.join(", ", values);
        };
    }
}
