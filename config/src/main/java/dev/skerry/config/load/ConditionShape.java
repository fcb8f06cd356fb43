package dev.skerry.config.load;

import dev.skerry.config.FieldTest.Presence;
import dev.skerry.config.schema.ListShape;
import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.schema.YamlNode;
import dev.skerry.config.text.TextGlob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code true}: present; {@code false}: absent; a pattern or a list of patterns: one matches. */
record ConditionShape() implements Shape<ConditionShape.Condition> {
    private static final ListShape<TextGlob> PATTERNS =
            new ListShape<>("patterns", Shapes.text("a pattern", TextGlob::of), 1, 100);

    /** What is asked of a value. */
    record Condition(Presence presence, List<TextGlob> values) {}

    @Override
    public @Nullable Condition read(YamlNode node, String path, Problems problems) {
        if (node instanceof YamlNode.Scalar scalar
                && scalar.kind() == YamlNode.Scalar.Kind.BOOLEAN) {
            boolean present = scalar.text().equals("true");
            return new Condition(present ? Presence.PRESENT : Presence.ABSENT, List.of());
        }
        List<TextGlob> globs = PATTERNS.read(node, path, problems);
        return globs == null ? null : new Condition(Presence.PRESENT, globs);
    }

    @Override
    public String words() {
        return "true (present), false (absent), pattern or list of patterns";
    }

    @Override
    public Map<String, Object> jsonSchema() {
        return Map.of(
                "anyOf",
                List.of(
                        Map.of("type", List.of("boolean", "string", "number")),
                        PATTERNS.jsonSchema()));
    }
}
