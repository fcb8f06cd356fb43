package dev.skerry.config.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The question what a node would do with a request: {@code
 * {"kind":"explain","method":…,"url":…,"fields":[{"name":…,"value":…}]}}.
 *
 * @param method such as {@code GET}
 * @param scheme {@code http} or {@code https}
 * @param authority host, and port if any
 * @param target path and query; begins with a slash
 * @param fields of the request, each name once
 */
public record ExplainQuestion(
        String method, String scheme, String authority, String target, Map<String, String> fields) {
    /** What the question calls itself. */
    public static final String KIND = "explain";

    private static final int MOST_URL = 8192;
    private static final int MOST_FIELDS = 64;
    private static final Pattern URL =
            Pattern.compile("(?i)(https?)://([^/?#\\s@]+)(?:([/?][^#\\s]*))?(?:#\\S*)?");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern VALUE = Pattern.compile("[\\t -~\\x80-\\xff]{0,4096}");

    /** Copies the fields. */
    public ExplainQuestion {
        fields = Map.copyOf(fields);
    }

    /**
     * A question about a plain GET.
     *
     * @throws MalformedMessage when it is no absolute http or https URL of at most 8192 characters
     */
    public static ExplainQuestion of(String url) throws MalformedMessage {
        return of("GET", url, Map.of());
    }

    /**
     * Reads a question.
     *
     * @throws MalformedMessage when it is none
     */
    public static ExplainQuestion parse(String json) throws MalformedMessage {
        MessageReader in = MessageReader.of("question", json);
        if (!in.text("kind").equals(KIND)) {
            throw in.wrong("kind", "is not '" + KIND + "'");
        }
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<String> names =
                in.list(
                        "fields",
                        field -> {
                            String name = field.text("name");
                            fields.put(name, field.text("value"));
                            return name;
                        });
        if (fields.size() != names.size() || names.size() > MOST_FIELDS) {
            throw in.wrong("fields", "are more than " + MOST_FIELDS + ", or one comes twice");
        }
        return of(in.text("method"), in.text("url"), fields);
    }

    /** The same with a request's own method and fields. */
    public static ExplainQuestion of(String method, String url, Map<String, String> fields)
            throws MalformedMessage {
        Matcher parts = URL.matcher(url);
        if (url.length() > MOST_URL || !parts.matches()) {
            throw new MalformedMessage(
                    "'" + shortened(url) + "' is no URL such as https://www.example.org/news");
        }
        if (!TOKEN.matcher(method).matches()) {
            throw new MalformedMessage("'" + shortened(method) + "' is no method");
        }
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (!TOKEN.matcher(field.getKey()).matches()
                    || !VALUE.matcher(field.getValue()).matches()) {
                throw new MalformedMessage("'" + shortened(field.getKey()) + "' is no field");
            }
        }
        String target = parts.group(3) == null ? "/" : parts.group(3);
        return new ExplainQuestion(
                method,
                parts.group(1).equalsIgnoreCase("https") ? "https" : "http",
                parts.group(2),
                target.startsWith("?") ? "/" + target : target,
                fields);
    }

    /** The URL that is asked about. */
    public String url() {
        return scheme + "://" + authority + target;
    }

    /** As it is sent. */
    public String json() {
        ObjectNode json = StreamCodec.object();
        json.put("kind", KIND).put("method", method).put("url", url());
        var list = json.putArray("fields");
        new TreeMap<>(fields)
                .forEach((name, value) -> list.addObject().put("name", name).put("value", value));
        return json.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
