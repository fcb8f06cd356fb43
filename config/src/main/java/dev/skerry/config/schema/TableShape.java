package dev.skerry.config.schema;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map whose keys are values too.
 *
 * @param words what it is
 * @param key reads a key; throws {@link IllegalArgumentException} with a sentence for the author
 * @param keyPattern the keys as a regular expression, for editors
 * @param value what a value may be
 * @param max the most entries
 * @param ignoreCase whether keys that differ only in case are the same
 */
public record TableShape<K, V>(
        String words,
        Function<String, K> key,
        String keyPattern,
        Shape<V> value,
        int max,
        boolean ignoreCase)
        implements Shape<Map<K, V>> {
    @Override
    public @Nullable Map<K, V> read(YamlNode node, String path, Problems problems) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.error(node.line(), path, "expected " + words + ", but found " + node.words());
            return null;
        }
        if (mapping.entries().size() > max) {
            problems.error(node.line(), path, "has more than " + max + " entries");
            return null;
        }
        Map<K, V> table = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String entryPath = path + "." + entry.key();
            V read = value.read(entry.value(), entryPath, problems);
            try {
                K name = key.apply(entry.key());
                if (!seen.add(ignoreCase ? lower(entry.key()) : entry.key())) {
                    problems.error(
                            entry.line(), entryPath, "is given twice: case does not count here");
                } else if (read != null) {
                    table.put(name, read);
                }
            } catch (IllegalArgumentException e) {
                problems.error(entry.line(), entryPath, String.valueOf(e.getMessage()));
            }
        }
        return table;
    }

    @Override
    public Map<String, Object> jsonSchema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("patternProperties", Map.of(keyPattern, value.jsonSchema()));
        schema.put("additionalProperties", false);
        schema.put("maxProperties", max);
        return schema;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
