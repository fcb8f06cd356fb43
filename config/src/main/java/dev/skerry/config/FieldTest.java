package dev.skerry.config;

import dev.skerry.config.text.TextGlob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule asks of a request field or query parameter.
 *
 * @param name the field (case does not count) or parameter (case counts)
 * @param presence whether it must be there
 * @param values patterns of which one must match; empty: any value
 */
public record FieldTest(String name, Presence presence, List<TextGlob> values) {
    /** Whether the thing must be there. */
    public enum Presence {
        /** It must be there. */
        PRESENT,
        /** It must not. */
        ABSENT
    }

    /** Copies the list. */
    public FieldTest {
        values = List.copyOf(values);
    }

    /** Whether a value, null for absent, passes. */
    public boolean accepts(@Nullable String value) {
        if (value == null || presence == Presence.ABSENT) {
            return value == null && presence == Presence.ABSENT;
        }
        return accepts(value, 0, value.length());
    }

    /** Whether the value {@code text[from, to)} passes. */
    boolean accepts(String text, int from, int to) {
        if (presence == Presence.ABSENT) {
            return false;
        }
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).matches(text, from, to)) {
                return true;
            }
        }
        return values.isEmpty();
    }
}
