package dev.skerry.config.schema;

import dev.skerry.config.text.Durations;
import dev.skerry.config.text.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The shapes that many keys share. */
public final class Shapes {
    private Shapes() {}

    /** A text that is parsed. */
    public static <T> Shape<T> text(String words, Function<String, T> parse) {
        return new ScalarShape<>(words, Map.of("type", "string"), parse, String::valueOf);
    }

    /** A duration within inclusive bounds. */
    public static Shape<Duration> duration(Duration min, Duration max) {
        String bounds = Durations.format(min) + " to " + Durations.format(max);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("string", "integer"));
        schema.put("pattern", Durations.PATTERN);
        return new ScalarShape<>(
                "duration",
                schema,
                text -> {
                    Duration value = Durations.parse(text);
                    if (value == null) {
                        throw new IllegalArgumentException(
                                "'" + text + "' is not " + Durations.FORM);
                    }
                    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                        throw outOfRange(text, bounds);
                    }
                    return value;
                },
                Durations::format);
    }

    /** A size in bytes within inclusive bounds. */
    public static Shape<Long> size(long min, long max) {
        String bounds = Sizes.format(min) + " to " + Sizes.format(max);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("string", "integer"));
        schema.put("pattern", Sizes.PATTERN);
        return new ScalarShape<>(
                "size",
                schema,
                text -> {
                    var value = Sizes.parse(text);
                    if (value.isEmpty()) {
                        throw new IllegalArgumentException("'" + text + "' is not " + Sizes.FORM);
                    }
                    if (value.getAsLong() < min || value.getAsLong() > max) {
                        throw outOfRange(text, bounds);
                    }
                    return value.getAsLong();
                },
                Sizes::format);
    }

    /** A whole number within inclusive bounds. */
    public static Shape<Integer> integer(int min, int max) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "integer");
        schema.put("minimum", min);
        schema.put("maximum", max);
        String bounds = min + " to " + max;
        return new ScalarShape<>(
                "number " + bounds,
                schema,
                text -> {
                    if (!text.matches("0|-?[1-9][0-9]{0,8}")) {
                        throw new IllegalArgumentException("'" + text + "' is not a whole number");
                    }
                    int value = Integer.parseInt(text);
                    if (value < min || value > max) {
                        throw outOfRange(text, bounds);
                    }
                    return value;
                },
                String::valueOf);
    }

    /** {@code true} or {@code false}. */
    public static Shape<Boolean> bool() {
        return new ScalarShape<>(
                "true or false",
                Map.of("type", "boolean"),
                text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default ->
                                    throw new IllegalArgumentException(
                                            "'" + text + "' is neither true nor false");
                        },
                String::valueOf);
    }

    /** One of the constants of an enum, written in lower case with hyphens. */
    public static <E extends Enum<E>> Shape<E> choice(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(word(constant), constant);
        }
        String list = String.join(", ", words.keySet());
        return new ScalarShape<>(
                "one of " + list,
                Map.of("enum", new ArrayList<>(words.keySet())),
                text -> {
                    E constant = words.get(text);
                    if (constant == null) {
                        throw new IllegalArgumentException("'" + text + "' is not one of " + list);
                    }
                    return constant;
                },
                Shapes::word);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static IllegalArgumentException outOfRange(String text, String bounds) {
        return new IllegalArgumentException("'" + text + "' is out of range: " + bounds);
    }
}
