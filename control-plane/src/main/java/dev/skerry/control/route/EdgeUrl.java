package dev.skerry.control.route;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where clients reach an edge: scheme and authority, in which {@code {host}} stands for the host
 * that the client asked for.
 *
 * @param scheme {@code http} or {@code https}
 * @param before what comes before the client's host, or the whole name when {@code ofHost} is not
 * @param after what comes after it, without the port
 * @param port -1 for the scheme's own
 * @param ofHost whether the client's host is in it
 */
record EdgeUrl(String scheme, String before, String after, int port, boolean ofHost) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(https?)://([A-Za-z0-9._-]*)(\\{host})?([A-Za-z0-9._-]*)"
                            + "(?::([1-9][0-9]{0,4}))?/?");

    /** Reads a template; null when it is none. */
    static @Nullable EdgeUrl of(String template) {
        Matcher matcher = FORM.matcher(template);
        if (!matcher.matches()) {
            return null;
        }
        boolean ofHost = matcher.group(3) != null;
        String before = group(matcher, 2);
        String after = group(matcher, 4);
        String port = matcher.group(5);
        int number = port == null ? -1 : Integer.parseInt(port);
        if (number > 65_535 || (!ofHost && before.isEmpty())) {
            return null;
        }
        return new EdgeUrl(group(matcher, 1), before, after, number, ofHost);
    }

    /** Whether the template says nothing of where the edge is: the client's host is all of it. */
    boolean isBare() {
        return ofHost && before.isEmpty() && after.isEmpty();
    }

    /** The name for a client that asked for {@code host}, without the port. */
    String name(String host) {
        return ofHost ? before + host + after : before;
    }

    /** The port, the scheme's own where the template has none. */
    int connectPort() {
        return port > 0 ? port : scheme.equals("https") ? 443 : 80;
    }

    /** Appends scheme and authority for a client that asked for {@code host}. */
    void appendTo(StringBuilder out, String host) {
        out.append(scheme).append("://").append(before);
        if (ofHost) {
            out.append(host).append(after);
        }
        if (port > 0) {
            out.append(':').append(port);
        }
    }

    private static String group(Matcher matcher, int index) {
        String text = matcher.group(index);
        return text == null ? "" : text;
    }
}
