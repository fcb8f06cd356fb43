package dev.skerry.config.schema;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map of settings of something that can be switched: {@code false} is off, {@code true} and a map
 * are on.
 */
public record SwitchShape(ObjectShape settings) implements Shape<SwitchShape.Switched> {
    /**
     * Where the switch is.
     *
     * @param values the map, or {@link Values#NONE}
     */
    public record Switched(boolean on, Values values) {}

    @Override
    public @Nullable Switched read(YamlNode node, String path, Problems problems) {
        if (node instanceof YamlNode.Scalar scalar
                && scalar.kind() == YamlNode.Scalar.Kind.BOOLEAN) {
            return new Switched(scalar.text().equals("true"), Values.NONE);
        }
        if (!(node instanceof YamlNode.Mapping)) {
            problems.error(
                    node.line(), path, "expected " + words() + ", but found " + node.words());
            return null;
        }
        Values values = settings.read(node, path, problems);
        return values == null ? null : new Switched(true, values);
    }

    @Override
    public String words() {
        return "true, false, or " + settings.words();
    }

    @Override
    public Map<String, Object> jsonSchema() {
        return Map.of("anyOf", List.of(Map.of("type", "boolean"), settings.jsonSchema()));
    }
}
