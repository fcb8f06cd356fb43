package dev.skerry.control.compat;

import dev.skerry.control.http.ApiProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A regular expression that says no more than a list of plain texts does.
 *
 * @param texts what matches, or begins what matches; none when everything matches
 * @param end what may follow
 */
record BanPattern(List<String> texts, End end) {
    private static final Set<String> ALL =
            Set.of("", ".", "^", ".*", "^.*", ".*$", "^.*$", "^.+", ".+", "^.+$");
    private static final Set<String> ALL_PATHS = Set.of("/", "^/", "/.*", "^/.*", "^/.*$", "/.*$");
    private static final List<String> SEGMENT_ENDS =
            List.of("(/|$)", "($|/)", "(/.*)?$", "(/|\\?|$)", "([/?]|$)", "($|[/?])");
    private static final String SEPARATOR =
            "(?: |,|\\\\s|\\[ ,]|\\[, ]|\\[,\\\\s]|\\[\\\\s,]|,\\\\s\\*|\\\\s\\+)";
    private static final String BEFORE_TAG =
            "\\((?:\\^\\|" + SEPARATOR + "|" + SEPARATOR + "\\|\\^)\\)";
    private static final String AFTER_TAG =
            "\\((?:\\$\\|" + SEPARATOR + "|" + SEPARATOR + "\\|\\$)\\)";
    private static final java.util.regex.Pattern TAG =
            java.util.regex.Pattern.compile(BEFORE_TAG + "(.+)" + AFTER_TAG);

    /** What may follow a text. */
    enum End {
        /** Nothing. */
        NONE,
        /** Anything. */
        ANYTHING,
        /** Nothing, or a slash or question mark and anything. */
        SEGMENT
    }

    boolean matchesAll() {
        return texts.isEmpty();
    }

    /**
     * Reads a pattern for hosts or URLs.
     *
     * @throws ApiProblem 400 when it says more
     */
    static BanPattern of(String regex, boolean ofPaths) throws ApiProblem {
        if (ALL.contains(regex) || (ofPaths && ALL_PATHS.contains(regex))) {
            return new BanPattern(List.of(), End.ANYTHING);
        }
        if (!regex.startsWith("^")) {
            throw ApiProblem.badRequest(
                    "'" + regex + "' would match anywhere within: begin it with ^ to say where");
        }
        String body = regex.substring(1);
        for (String tail : SEGMENT_ENDS) {
            if (body.endsWith(tail)) {
                return texts(body.substring(0, body.length() - tail.length()), End.SEGMENT);
            }
        }
        if (body.endsWith(".*") || body.endsWith(".*$")) {
            return texts(body.substring(0, body.lastIndexOf(".*")), End.ANYTHING);
        }
        return body.endsWith("$")
                ? texts(body.substring(0, body.length() - 1), End.NONE)
                : texts(body, End.ANYTHING);
    }

    /**
     * Reads a pattern for a field of tags: whole tags between separators.
     *
     * @throws ApiProblem 400 when it matches parts of tags, or says more
     */
    static BanPattern ofTags(String regex) throws ApiProblem {
        java.util.regex.Matcher between = TAG.matcher(regex);
        if (!between.matches()) {
            throw ApiProblem.badRequest(
                    "'"
                            + regex
                            + "' would match parts of tags too: write (^|[ ,])TAG([ ,]|$), or send"
                            + " PURGE with xkey-purge: TAG");
        }
        return texts(between.group(1), End.NONE);
    }

    private static BanPattern texts(String body, End end) throws ApiProblem {
        boolean group = body.startsWith("(") && body.endsWith(")");
        String[] choices =
                group ? body.substring(1, body.length() - 1).split("\\|", -1) : new String[] {body};
        List<String> texts = new ArrayList<>();
        for (String choice : choices) {
            texts.add(plain(choice));
        }
        return new BanPattern(List.copyOf(texts), end);
    }

    private static String plain(String regex) throws ApiProblem {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\' && i + 1 < regex.length() && !isLetterOrDigit(regex.charAt(i + 1))) {
                text.append(regex.charAt(++i));
            } else if (".\\*+?()[]{}|^$".indexOf(c) >= 0) {
                throw ApiProblem.badRequest(
                        "'"
                                + regex
                                + "' is a pattern that no purge can stand for; for the character"
                                + " itself write \\"
                                + c);
            } else {
                text.append(c);
            }
        }
        if (text.isEmpty()) {
            throw ApiProblem.badRequest("a pattern with an empty choice matches everything");
        }
        return text.toString();
    }

    private static boolean isLetterOrDigit(char c) {
        return Character.isLetterOrDigit(c);
    }
}
