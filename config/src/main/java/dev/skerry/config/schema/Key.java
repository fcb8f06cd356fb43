package dev.skerry.config.schema;

import org.jspecify.annotations.Nullable;

/**
 * One key of a map in a configuration file.
 *
 * @param name as it is written
 * @param shape what its value may be
 * @param fallback its value when it is absent; null when it then has none
 * @param required whether it must be there
 * @param doc what it does, in one or two sentences
 * @param <T> what its value becomes
 */
public record Key<T>(
        String name, Shape<T> shape, @Nullable T fallback, boolean required, String doc) {
    /** A key that must be there. */
    public static <T> Key<T> required(String name, Shape<T> shape, String doc) {
        return new Key<>(name, shape, null, true, doc);
    }

    /** A key that may be absent, and then means nothing. */
    public static <T> Key<T> optional(String name, Shape<T> shape, String doc) {
        return new Key<>(name, shape, null, false, doc);
    }

    /** A key that may be absent, and then has a value. */
    public static <T> Key<T> withDefault(String name, Shape<T> shape, T fallback, String doc) {
        return new Key<>(name, shape, fallback, false, doc);
    }

    /** The default as it would be written, or null. */
    public @Nullable String shownDefault() {
        T value = fallback;
        return value == null ? null : shape.show(value);
    }
}
