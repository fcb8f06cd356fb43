package dev.skerry.config.load;

import dev.skerry.config.QueryPolicy;
import dev.skerry.config.schema.ListShape;
import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.schema.YamlNode;
import dev.skerry.config.text.NearestWord;
import dev.skerry.config.text.TextGlob;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code all}, {@code sort}, {@code ignore}, or a list of the parameters that are kept. */
record QueryShape() implements Shape<QueryPolicy> {
    static final ListShape<TextGlob> NAMES =
            new ListShape<>(
                    "parameters",
                    Shapes.text("a parameter's name", n -> TextGlob.of(Tokens.parameterName(n))),
                    1,
                    200);

    private static final Map<String, QueryPolicy> WORDS = policies();

    @Override
    public @Nullable QueryPolicy read(YamlNode node, String path, Problems problems) {
        if (node instanceof YamlNode.Scalar scalar) {
            QueryPolicy policy = WORDS.get(scalar.text());
            if (policy == null) {
                String nearest = NearestWord.to(scalar.text(), WORDS.keySet());
                problems.error(
                        node.line(),
                        path,
                        nearest != null
                                ? node.words() + " is unknown; did you mean '" + nearest + "'?"
                                : "expected " + words() + ", but found " + node.words());
            }
            return policy;
        }
        List<TextGlob> names = NAMES.read(node, path, problems);
        return names == null ? null : new QueryPolicy(QueryPolicy.Mode.ONLY, names, true);
    }

    @Override
    public String words() {
        return "all, sort, ignore, or a list of parameters";
    }

    @Override
    public Map<String, Object> jsonSchema() {
        return Map.of(
                "anyOf", List.of(Map.of("enum", List.copyOf(WORDS.keySet())), NAMES.jsonSchema()));
    }

    @Override
    public String show(QueryPolicy value) {
        for (var word : WORDS.entrySet()) {
            if (word.getValue().equals(value)) {
                return word.getKey();
            }
        }
        return value.names().toString();
    }

    private static Map<String, QueryPolicy> policies() {
        Map<String, QueryPolicy> words = new LinkedHashMap<>();
        words.put("all", QueryPolicy.ALL);
        words.put("sort", new QueryPolicy(QueryPolicy.Mode.ALL, List.of(), true));
        words.put("ignore", new QueryPolicy(QueryPolicy.Mode.IGNORE, List.of(), false));
        return Collections.unmodifiableMap(words);
    }
}
