package dev.skerry.proxy.hop;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds requests that go in circles, by {@code CDN-Loop} (RFC 8586). Every node appends {@code
 * skerry;node=NAME}; names must differ between the nodes that a request may pass.
 *
 * @param node this node's name, a token (RFC 9110 §5.6.2)
 * @param maxHops how many members the field may hold when a request arrives, any CDN's
 */
public record LoopDetection(String node, int maxHops) {
    /** The field. */
    public static final String FIELD = "CDN-Loop";

    /** An edge before a shield before another CDN is three; eight is nobody's plan. */
    public static final int DEFAULT_MAX_HOPS = 7;

    private static final String CDN_ID = "skerry";

    /** Checks the name. */
    public LoopDetection {
        if (!isToken(node)) {
            throw new IllegalArgumentException(
                    "node name \"" + node + "\" is not made of letters, digits and .-_");
        }
    }

    /** With the default number of hops. */
    public LoopDetection(String node) {
        this(node, DEFAULT_MAX_HOPS);
    }

    /** Whether a request that arrived with these fields has been here before. */
    public Result check(Fields fields) {
        int hops = 0;
        for (String line : fields.all(FIELD)) {
            for (String member : split(line, ',')) {
                if (member.isEmpty()) {
                    continue;
                }
                hops++;
                if (isThisNode(member)) {
                    return Result.OWN_NODE;
                }
            }
        }
        return hops > maxHops ? Result.TOO_MANY_HOPS : Result.CLEAR;
    }

    /**
     * Whether a router asks if this node is alive: {@code HEAD /} of a client that names this node
     * and no other. A request that really was here has been given a {@code Via} too.
     */
    public boolean isProbe(RequestHead request) {
        Fields fields = request.fields();
        return request.method().equals("HEAD")
                && request.target().equals("/")
                && own().equals(fields.combined(FIELD))
                && !fields.contains("Via");
    }

    private String own() {
        return CDN_ID + ";node=" + node;
    }

    /** Appends this node to the members that the request came with. */
    void append(Fields received, FieldList.Builder out) {
        String before = received.combined(FIELD);
        String own = own();
        out.add(FIELD, before == null || before.isEmpty() ? own : before + ", " + own);
    }

    private boolean isThisNode(String member) {
        List<String> parts = split(member, ';');
        if (!parts.getFirst().equalsIgnoreCase(CDN_ID)) {
            return false;
        }
        for (String parameter : parts.subList(1, parts.size())) {
            int equals = parameter.indexOf('=');
            if (equals > 0
                    && parameter.substring(0, equals).strip().equalsIgnoreCase("node")
                    && unquote(parameter.substring(equals + 1).strip()).equals(node)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Splits outside of quoted strings. A string that is never closed reaches to the end of its
     * line, so that what cannot be parsed hides no more than itself.
     */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    private static String unquote(String value) {
        if (value.length() < 2 || value.charAt(0) != '"' || !value.endsWith("\"")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || (c >= '0' && c <= '9')
                                        || c == '-'
                                        || c == '_'
                                        || c == '.');
    }

    /** What was found. */
    public enum Result {
        /** No loop. */
        CLEAR,
        /** This node is among those that the request passed. */
        OWN_NODE,
        /** It passed more nodes than any sensible route has. */
        TOO_MANY_HOPS
    }
}
