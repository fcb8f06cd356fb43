package dev.skerry.config.schema;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A plain value.
 *
 * @param words what it is
 * @param jsonSchema the same in JSON Schema
 * @param parse gives the value; throws {@link IllegalArgumentException} with a sentence for the
 *     author when the text is wrong
 * @param show writes a value
 */
public record ScalarShape<T>(
        String words,
        Map<String, Object> jsonSchema,
        Function<String, T> parse,
        Function<T, String> show)
        implements Shape<T> {
    @Override
    public @Nullable T read(YamlNode node, String path, Problems problems) {
        if (!(node instanceof YamlNode.Scalar scalar)
                || scalar.kind() == YamlNode.Scalar.Kind.NULL) {
            problems.error(node.line(), path, "expected " + words + ", but found " + node.words());
            return null;
        }
        try {
            return parse.apply(scalar.text());
        } catch (IllegalArgumentException e) {
            problems.error(node.line(), path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    @Override
    public String show(T value) {
        return show.apply(value);
    }
}
