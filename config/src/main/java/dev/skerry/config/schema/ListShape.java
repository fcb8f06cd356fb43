package dev.skerry.config.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list; a single value that is no map may stand for a list of one.
 *
 * @param words what its items are, in the plural
 * @param item what an item may be
 * @param min the fewest items
 * @param max the most items
 */
public record ListShape<T>(String words, Shape<T> item, int min, int max)
        implements Shape<List<T>> {
    @Override
    public @Nullable List<T> read(YamlNode node, String path, Problems problems) {
        if (!(node instanceof YamlNode.Sequence sequence)) {
            if (item instanceof ObjectShape) {
                problems.error(
                        node.line(),
                        path,
                        "expected a list of " + words + ", but found " + node.words());
                return null;
            }
            T single = item.read(node, path, problems);
            return single == null ? null : List.of(single);
        }
        int count = sequence.items().size();
        if (count < min || count > max) {
            problems.error(
                    node.line(), path, "has " + count + " " + words + "; allowed: " + bounds());
            return null;
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            T value = item.read(sequence.items().get(i), path + "[" + i + "]", problems);
            if (value != null) {
                values.add(value);
            }
        }
        // What is wrong has been noted; the rest is kept, so that it is checked as well.
        return List.copyOf(values);
    }

    @Override
    public String show(List<T> value) {
        return "[" + String.join(", ", value.stream().map(item::show).toList()) + "]";
    }

    @Override
    public Map<String, Object> jsonSchema() {
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("type", "array");
        list.put("items", item.jsonSchema());
        if (min > 0) {
            list.put("minItems", min);
        }
        list.put("maxItems", max);
        return item instanceof ObjectShape
                ? list
                : Map.of("anyOf", List.of(item.jsonSchema(), list));
    }

    private String bounds() {
        return min + " to " + max;
    }
}
