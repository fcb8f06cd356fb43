package dev.skerry.cache.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** An immutable list of fields. */
public final class FieldList implements Fields {
    /** No fields. */
    public static final FieldList EMPTY = new FieldList(new String[0]);

    private final String[] lines;

    private FieldList(String[] lines) {
        this.lines = lines;
    }

    /**
     * Fields from names and values in turn.
     *
     * @throws IllegalArgumentException when a name has no value
     */
    public static FieldList of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value");
        }
        return namesAndValues.length == 0 ? EMPTY : new FieldList(namesAndValues.clone());
    }

    /** A copy of any fields; the same object if it is immutable already. */
    public static FieldList copyOf(Fields fields) {
        return fields instanceof FieldList list ? list : new Builder().addAll(fields).build();
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these fields. */
    public Builder toBuilder() {
        return new Builder().addAll(this);
    }

    @Override
    public int size() {
        return lines.length / 2;
    }

    @Override
    public String name(int index) {
        return lines[2 * index];
    }

    @Override
    public String value(int index) {
        return lines[2 * index + 1];
    }

    @Override
    public @Nullable String first(String name) {
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                return lines[i + 1];
            }
        }
        return null;
    }

    @Override
    public List<String> all(String name) {
        List<String> values = List.of();
        for (int i = 0; i < lines.length; i += 2) {
            if (lines[i].equalsIgnoreCase(name)) {
                if (values.isEmpty()) {
                    values = new ArrayList<>(2);
                }
                values.add(lines[i + 1]);
            }
        }
        return values;
    }

    @Override
    public int count(String name) {
        int count = 0;
        for (int i = 0; i < lines.length; i += 2) {
            count += lines[i].equalsIgnoreCase(name) ? 1 : 0;
        }
        return count;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldList that && Arrays.equals(lines, that.lines);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lines);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.length; i += 2) {
            text.append(lines[i]).append(": ").append(lines[i + 1]).append('\n');
        }
        return text.toString();
    }

    /** Collects field lines in order. Not thread-safe. */
    public static final class Builder {
        private final List<String> lines = new ArrayList<>();

        private Builder() {}

        /** Appends a line. */
        public Builder add(String name, String value) {
            lines.add(name);
            lines.add(value);
            return this;
        }

        /** Appends all lines of {@code fields}. */
        public Builder addAll(Fields fields) {
            for (int i = 0; i < fields.size(); i++) {
                add(fields.name(i), fields.value(i));
            }
            return this;
        }

        /** Removes every line of this name and appends one. */
        public Builder set(String name, String value) {
            return remove(name).add(name, value);
        }

        /** Removes every line of this name. */
        public Builder remove(String name) {
            return removeIf((n, v) -> n.equalsIgnoreCase(name));
        }

        /** Removes every line whose name and value the predicate accepts. */
        public Builder removeIf(BiPredicate<String, String> predicate) {
            int kept = 0;
            for (int i = 0; i < lines.size(); i += 2) {
                String name = lines.get(i);
                String value = lines.get(i + 1);
                if (!predicate.test(name, value)) {
                    lines.set(kept++, name);
                    lines.set(kept++, value);
                }
            }
            lines.subList(kept, lines.size()).clear();
            return this;
        }

        /** The fields collected so far. */
        public FieldList build() {
            return lines.isEmpty() ? EMPTY : new FieldList(lines.toArray(new String[0]));
        }
    }
}
