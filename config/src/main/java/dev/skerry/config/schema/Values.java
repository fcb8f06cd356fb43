package dev.skerry.config.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values that a map gave to its keys. Immutable. */
public final class Values {
    /** Of a map that is absent. */
    public static final Values NONE = new Values(0, "", Map.of());

    private final int line;
    private final String path;
    private final Map<Key<?>, Given> given;

    /** A value with its line; null when it was wrong. */
    private record Given(int line, @Nullable Object value) {}

    private Values(int line, String path, Map<Key<?>, Given> given) {
        this.line = line;
        this.path = path;
        this.given = given;
    }

    /** Collects values. */
    static final class Builder {
        private final int line;
        private final String path;
        private final Map<Key<?>, Given> given = new LinkedHashMap<>();

        Builder(int line, String path) {
            this.line = line;
            this.path = path;
        }

        <T> void read(Key<T> key, YamlNode.Entry entry, String keyPath, Problems problems) {
            T value = key.shape().read(entry.value(), keyPath, problems);
            given.put(key, new Given(entry.line(), value));
        }

        boolean has(Key<?> key) {
            return given.containsKey(key);
        }

        Values build() {
            return new Values(line, path, Map.copyOf(given));
        }
    }

    /** The value, or the key's default; null when it has neither, or was given wrongly. */
    @SuppressWarnings("unchecked") // read() put a T under a Key<T>
    public <T> @Nullable T find(Key<T> key) {
        Given found = given.get(key);
        return found == null ? key.fallback() : (T) found.value();
    }

    /**
     * The value, or the key's default.
     *
     * @throws NullPointerException when it has neither: call this only after a document without
     *     errors, for a key that is required or has a default
     */
    public <T> T get(Key<T> key) {
        return Objects.requireNonNull(find(key), key.name());
    }

    /** Whether the key was written, rightly or wrongly. */
    public boolean has(Key<?> key) {
        return given.containsKey(key);
    }

    /** The line of the key, else of the map. */
    public int line(Key<?> key) {
        Given found = given.get(key);
        return found == null ? line : found.line();
    }

    /** The line of the map. */
    public int line() {
        return line;
    }

    /** The path of the map. */
    public String path() {
        return path;
    }

    /** The path of a key. */
    public String path(Key<?> key) {
        return path.isEmpty() ? key.name() : path + "." + key.name();
    }

    /** These values, and those of {@code base} for keys that are not among these. */
    public Values over(Values base) {
        Map<Key<?>, Given> both = new LinkedHashMap<>(base.given);
        both.putAll(given);
        return new Values(line, path, both);
    }
}
