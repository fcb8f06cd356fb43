package dev.skerry.config.load;

import dev.skerry.config.FieldEdits;
import dev.skerry.config.Redirect;
import dev.skerry.config.Rule.Action.Denying;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ListShape;
import dev.skerry.config.schema.ObjectShape;
import dev.skerry.config.schema.ScalarShape;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.schema.TableShape;
import dev.skerry.config.schema.Values;
import dev.skerry.config.text.PathGlob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of a rule. */
final class RuleKeys {
    private static final Shape<String> VALUE =
            new ScalarShape<>(
                    "a field value",
                    Map.of("type", List.of("string", "number", "boolean")),
                    Tokens::fieldValue,
                    value -> value);

    static final Key<List<PathGlob>> PATH =
            Key.withDefault(
                    "path",
                    new ListShape<>("paths", Shapes.text("path glob", PathGlob::of), 1, 100),
                    List.of(),
                    "Path globs, one of which matches: `*` is any run without a slash, `?` one"
                            + " character, `**` any run at all. Compared as the client sent it,"
                            + " after percent-encoding is made uniform.");
    static final Key<List<String>> METHOD =
            Key.withDefault(
                    "method",
                    new ListShape<>("methods", Shapes.text("method", Tokens::method), 1, 20),
                    List.of(),
                    "Methods. `GET` does not include `HEAD`: name both.");
    static final Key<Map<String, ConditionShape.Condition>> HEADER =
            Key.withDefault(
                    "header",
                    new TableShape<>(
                            "a map of field names",
                            Tokens::fieldName,
                            "^.+$",
                            new ConditionShape(),
                            50,
                            true),
                    Map.of(),
                    "Request fields that must all pass: `true` present, `false` absent, else a"
                            + " pattern (or a list of them) for the whole value with `*` and `?`.");
    static final Key<Map<String, ConditionShape.Condition>> QUERY =
            Key.withDefault(
                    "query",
                    new TableShape<>(
                            "a map of parameters",
                            Tokens::parameterName,
                            "^.+$",
                            new ConditionShape(),
                            50,
                            false),
                    Map.of(),
                    "Query parameters that must all pass, written like `header`; compared without"
                            + " decoding.");
    static final Key<List<String>> COUNTRY =
            Key.withDefault(
                    "country",
                    new ListShape<>("countries", Shapes.text("country", Tokens::country), 1, 300),
                    List.of(),
                    "Country codes of the client's address; an unknown country meets none.");
    static final Key<Values> MATCH =
            Key.required(
                    "match",
                    new ObjectShape("conditions", List.of(PATH, METHOD, HEADER, QUERY, COUNTRY)),
                    "The conditions, which must all hold; `{}` matches every request.");

    static final Key<List<String>> REMOVE =
            Key.withDefault(
                    "remove",
                    new ListShape<>(
                            "fields", Shapes.text("field", Tokens::editableFieldName), 1, 100),
                    List.of(),
                    "Fields taken away, before anything is set or added.");
    static final Key<Map<String, String>> SET =
            Key.withDefault(
                    "set",
                    new TableShape<>(
                            "a map of fields", Tokens::editableFieldName, "^.+$", VALUE, 100, true),
                    Map.of(),
                    "Fields that then have this one value.");
    static final Key<Map<String, List<String>>> ADD =
            Key.withDefault(
                    "add",
                    new TableShape<>(
                            "a map of fields",
                            Tokens::editableFieldName,
                            "^.+$",
                            new ListShape<>("values", VALUE, 1, 50),
                            100,
                            true),
                    Map.of(),
                    "Field lines put behind those that are there.");
    private static final ObjectShape EDITS =
            new ObjectShape("changes to fields", List.of(REMOVE, SET, ADD));
    static final Key<Values> REQUEST_FIELDS =
            Key.optional(
                    "request-fields", EDITS, "Changes to the request that goes to the origin.");
    static final Key<Values> RESPONSE_FIELDS =
            Key.optional(
                    "response-fields", EDITS, "Changes to the response that goes to the client.");
    static final Key<List<String>> TAGS =
            Key.withDefault(
                    "tags",
                    new ListShape<>("tags", Shapes.text("tag", Tokens::tag), 1, 50),
                    List.of(),
                    "Surrogate keys that every response gets in addition to its own.");

    static final Key<String> REDIRECT_TO =
            Key.required(
                    "to",
                    Shapes.text("location", RuleKeys::location),
                    "A path, or an http or https URL. `{rest}` is what the first `**` of the"
                            + " rule's path matched, `{path}` the whole path, `{host}` the"
                            + " request's host.");
    static final Key<Integer> REDIRECT_STATUS =
            Key.withDefault(
                    "status",
                    new ScalarShape<>(
                            "301, 302, 303, 307 or 308",
                            Map.of("enum", List.of(301, 302, 303, 307, 308)),
                            RuleKeys::redirectStatus,
                            String::valueOf),
                    Redirect.DEFAULT_STATUS,
                    "The status of the answer.");
    static final Key<Boolean> REDIRECT_KEEP_QUERY =
            Key.withDefault(
                    "keep-query", Shapes.bool(), true, "Whether the request's query goes along.");
    static final Key<Values> REDIRECT =
            Key.optional(
                    "redirect",
                    new ObjectShape(
                            "a redirect",
                            List.of(REDIRECT_TO, REDIRECT_STATUS, REDIRECT_KEEP_QUERY)),
                    "Answers with another location.");
    static final Key<Integer> DENY_STATUS =
            Key.withDefault(
                    "status",
                    Shapes.integer(400, 599),
                    Denying.DEFAULT_STATUS,
                    "The status of the answer.");
    static final Key<Values> DENY =
            Key.optional("deny", new ObjectShape("a refusal", List.of(DENY_STATUS)), "Refuses.");

    static final Key<Values> CACHE =
            Key.optional(
                    "cache",
                    new ObjectShape("cache settings", CacheKeys.ALL),
                    "How responses are cached. What is left out comes from the site's defaults.");
    static final Key<Boolean> PASS =
            Key.withDefault(
                    "pass",
                    Shapes.bool(),
                    false,
                    "Sends requests to the origin without the cache, answers included.");

    /** A rule. */
    static final ObjectShape RULE =
            new ObjectShape(
                    "a rule",
                    List.of(
                            MATCH,
                            CACHE,
                            PASS,
                            CompressKeys.COMPRESS,
                            REQUEST_FIELDS,
                            RESPONSE_FIELDS,
                            REDIRECT,
                            DENY,
                            TAGS));

    private RuleKeys() {}

    /** The edits under a key of a map without errors. */
    static FieldEdits edits(Values values, Key<Values> key) {
        @Nullable Values edits = values.find(key);
        if (edits == null) {
            return FieldEdits.NONE;
        }
        List<FieldEdits.Line> set = new ArrayList<>();
        edits.get(SET).forEach((name, value) -> set.add(new FieldEdits.Line(name, value)));
        List<FieldEdits.Line> add = new ArrayList<>();
        edits.get(ADD)
                .forEach((name, all) -> all.forEach(v -> add.add(new FieldEdits.Line(name, v))));
        return new FieldEdits(edits.get(REMOVE), set, add);
    }

    /** Whoever asks must not be able to choose the host: no placeholder before the path. */
    private static String location(String text) {
        boolean path =
                (text.startsWith("/") && !text.startsWith("//")) || text.startsWith("{path}");
        boolean url = text.matches("https?://(\\{host}|[A-Za-z0-9._:\\[\\]-]+)((/|\\{path}).*)?");
        if (!path && !url) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a location such as /new/{rest} or"
                            + " https://www.shop.example/{rest}");
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c >= 127 || "\"<>\\^`|#".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "'" + text + "' holds characters that must be percent-encoded in a URL");
        }
        String left = text.replace("{rest}", "").replace("{path}", "").replace("{host}", "");
        if (left.indexOf('{') >= 0 || left.indexOf('}') >= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' holds an unknown placeholder; known: {rest}, {path}, {host}");
        }
        return text;
    }

    private static Integer redirectStatus(String text) {
        return switch (text) {
            case "301", "302", "303", "307", "308" -> Integer.valueOf(text);
            default ->
                    throw new IllegalArgumentException(
                            "'" + text + "' is not one of 301, 302, 303, 307, 308");
        };
    }
}
