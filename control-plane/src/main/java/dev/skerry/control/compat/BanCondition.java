package dev.skerry.control.compat;

import dev.skerry.control.http.ApiProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One condition of a ban.
 *
 * @param pattern whether the argument is a regular expression ({@code ~}) or the value itself
 *     ({@code ==})
 */
record BanCondition(Subject subject, boolean pattern, String argument) {
    /** The most characters of an expression. */
    static final int MOST_CHARS = 8192;

    /** What a condition looks at. */
    enum Subject {
        HOST,
        URL,
        TAGS
    }

    /**
     * Reads an expression as {@code varnishadm ban} takes it: conditions joined by {@code &&}.
     *
     * @throws ApiProblem 400 when it is none of those that have a counterpart
     */
    static List<BanCondition> parse(String expression) throws ApiProblem {
        if (expression.length() > MOST_CHARS) {
            throw ApiProblem.badRequest("a ban has at most " + MOST_CHARS + " characters");
        }
        List<BanCondition> conditions = new ArrayList<>();
        for (String condition : expression.split("&&", -1)) {
            conditions.add(one(condition.strip()));
        }
        return conditions;
    }

    private static BanCondition one(String text) throws ApiProblem {
        int end = 0;
        while (end < text.length() && " \t=!~<>".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        Subject subject = subject(text.substring(0, end));
        String rest = text.substring(end).strip();
        boolean pattern = rest.startsWith("~");
        if (!pattern && !rest.startsWith("==")) {
            throw ApiProblem.badRequest(
                    "'" + text + "': of the operators of a ban only == and ~ have a counterpart");
        }
        return new BanCondition(
                subject, pattern, unquoted(rest.substring(pattern ? 1 : 2).strip()));
    }

    private static Subject subject(String field) throws ApiProblem {
        return switch (field.toLowerCase(Locale.ROOT)) {
            case "req.http.host", "obj.http.x-host", "obj.http.host" -> Subject.HOST;
            case "req.url", "obj.http.x-url", "obj.http.url" -> Subject.URL;
            case "obj.http.xkey",
                    "obj.http.surrogate-key",
                    "obj.http.cache-tag",
                    "obj.http.edge-cache-tag",
                    "obj.http.x-cache-tags" ->
                    Subject.TAGS;
            default ->
                    throw ApiProblem.badRequest(
                            "'"
                                    + field
                                    + "': a ban may look at req.url, req.http.host and obj.http.xkey"
                                    + " (or another field of tags), at nothing else");
        };
    }

    private static String unquoted(String argument) throws ApiProblem {
        if (argument.isEmpty()) {
            throw ApiProblem.badRequest("a condition of the ban lacks its argument");
        }
        if (!argument.startsWith("\"")) {
            return argument;
        }
        if (argument.length() < 2 || !argument.endsWith("\"")) {
            throw ApiProblem.badRequest("'" + argument + "': a quote is open");
        }
        String inner = argument.substring(1, argument.length() - 1);
        return inner.replace("\\\\", "\\").replace("\\\"", "\"");
    }
}
