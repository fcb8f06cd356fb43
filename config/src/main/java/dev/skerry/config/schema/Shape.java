package dev.skerry.config.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a value may look like and what it becomes.
 *
 * @param <T> what it becomes
 */
public interface Shape<T> {
    /**
     * Reads a value.
     *
     * @param path where it is, for problems
     * @return null when it is wrong, which has then been noted as an error
     */
    @Nullable T read(YamlNode node, String path, Problems problems);

    /** What a value is, in a few words, for the reference page. */
    String words();

    /** The same in JSON Schema. */
    Map<String, Object> jsonSchema();

    /** A value as it is written in a file. */
    default String show(T value) {
        return value.toString();
    }
}
