package dev.skerry.config.schema;

import dev.skerry.config.text.NearestWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map with known keys.
 *
 * @param words what it is
 * @param keys all keys that it may have, in the order of the reference page
 */
public record ObjectShape(String words, List<Key<?>> keys) implements Shape<Values> {
    /** Copies the list. */
    public ObjectShape {
        keys = List.copyOf(keys);
    }

    @Override
    public @Nullable Values read(YamlNode node, String path, Problems problems) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.error(
                    node.line(), path, "expected " + words + ", a map, but found " + node.words());
            return null;
        }
        Values.Builder values = new Values.Builder(mapping.line(), path);
        for (YamlNode.Entry entry : mapping.entries()) {
            String keyPath = path.isEmpty() ? entry.key() : path + "." + entry.key();
            Key<?> key = key(entry.key());
            if (key == null) {
                problems.error(entry.line(), keyPath, unknown(entry.key()));
            } else {
                values.read(key, entry, keyPath, problems);
            }
        }
        for (Key<?> key : keys) {
            if (key.required() && !values.has(key)) {
                problems.error(
                        mapping.line(), path, "'" + key.name() + "' is missing: " + key.doc());
            }
        }
        return values.build();
    }

    @Override
    public Map<String, Object> jsonSchema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Key<?> key : keys) {
            Map<String, Object> property = new LinkedHashMap<>();
            String shown = key.shownDefault();
            property.put(
                    "description",
                    shown == null ? key.doc() : key.doc() + " Default: " + shown + ".");
            property.putAll(key.shape().jsonSchema());
            properties.put(key.name(), property);
            if (key.required()) {
                required.add(key.name());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private @Nullable Key<?> key(String name) {
        for (Key<?> key : keys) {
            if (key.name().equals(name)) {
                return key;
            }
        }
        return null;
    }

    private String unknown(String name) {
        List<String> names = keys.stream().<String>map(Key::name).toList();
        String nearest = NearestWord.to(name, names);
        return nearest != null
                ? "unknown key; did you mean '" + nearest + "'?"
                : "unknown key; known here: " + String.join(", ", names);
    }
}
