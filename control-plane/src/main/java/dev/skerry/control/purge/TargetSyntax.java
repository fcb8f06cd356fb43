package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The spelling of what can be purged: from a client's words to a record's value. */
public final class TargetSyntax {
    static final int MOST_URL_CHARS = 8192;
    static final int MOST_TAG_BYTES = 1024;

    /** As many segments of a path as nodes look up. */
    static final int MOST_SEGMENTS = 32;

    private TargetSyntax() {}

    /** A value that cannot be purged; the message completes "… is wrong:". */
    public static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message);
        }

        /** A sentence for whoever wrote the value. */
        public String detail() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Reads what a client wants purged.
     *
     * @param text empty for everything
     * @throws Wrong when nothing is purged by that
     */
    public static PurgeTarget parse(Scope scope, String text) throws Wrong {
        String value =
                switch (scope) {
                    case URL -> url(text);
                    case TAG -> tag(text);
                    case PREFIX -> prefix(text);
                    case HOST -> host(plain(text), "");
                    case EVERYTHING -> "";
                };
        return new PurgeTarget(scope, value);
    }

    private static String url(String text) throws Wrong {
        String lower = plain(text).toLowerCase(Locale.ROOT);
        String scheme = scheme(lower);
        if (scheme.isEmpty()) {
            throw new Wrong("a URL begins with http:// or https://");
        }
        int start = scheme.length();
        int end = authorityEnd(text, start);
        String target = text.substring(end);
        String host = host(text.substring(start, end), scheme);
        if (target.startsWith("?")) {
            target = "/" + target;
        }
        noDotSegments(target);
        return host + (target.isEmpty() ? "/" : target);
    }

    private static String prefix(String text) throws Wrong {
        String scheme = scheme(plain(text).toLowerCase(Locale.ROOT));
        int start = scheme.length();
        int end = authorityEnd(text, start);
        String path = text.substring(end);
        if (path.indexOf('?') >= 0) {
            throw new Wrong("a prefix has no query");
        }
        if (path.endsWith("*")) {
            throw new Wrong("a prefix covers all below it without an asterisk");
        }
        if (path.contains("//")) {
            throw new Wrong("a prefix has no empty segments");
        }
        noDotSegments(path);
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (trimmed.chars().filter(c -> c == '/').count() > MOST_SEGMENTS) {
            throw new Wrong("a prefix has at most " + MOST_SEGMENTS + " segments");
        }
        return host(text.substring(start, end), scheme) + trimmed;
    }

    /** Without a scheme, the default port of either goes: few mean the other one. */
    private static String host(String text, String scheme) throws Wrong {
        if (text.indexOf('/') >= 0) {
            throw new Wrong("a host has no scheme and no path");
        }
        String host = text.toLowerCase(Locale.ROOT);
        host = scheme.equals("https://") ? host : withoutPort(host, ":80");
        host = scheme.equals("http://") ? host : withoutPort(host, ":443");
        if (host.endsWith(".") && host.length() > 1) {
            host = host.substring(0, host.length() - 1);
        }
        if (host.isEmpty() || host.startsWith(":")) {
            throw new Wrong("the host is missing");
        }
        if (!host.matches("([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?")) {
            throw new Wrong(
                    "'" + host + "' is no host: letters, digits, dots and hyphens, perhaps a port");
        }
        return host;
    }

    /** Tags are compared with field values, which hold one char a byte. */
    private static String tag(String text) throws Wrong {
        String bytes =
                new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (bytes.isEmpty()) {
            throw new Wrong("a tag is not empty");
        }
        if (bytes.length() > MOST_TAG_BYTES) {
            throw new Wrong("a tag has at most " + MOST_TAG_BYTES + " bytes");
        }
        if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
            throw new Wrong("a tag has no control characters");
        }
        if (!text.equals(text.strip())) {
            throw new Wrong("a tag neither begins nor ends with white space");
        }
        return bytes;
    }

    private static String plain(String text) throws Wrong {
        if (text.isEmpty()) {
            throw new Wrong("it is empty");
        }
        if (text.length() > MOST_URL_CHARS) {
            throw new Wrong("it is longer than " + MOST_URL_CHARS + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= 0x20 || c >= 0x7F || c == '\\' || c == '#') {
                throw new Wrong(
                        "character "
                                + (i + 1)
                                + " may not stand there: white space, '\\', '#' and all beyond"
                                + " ASCII are percent-encoded (hosts: in their ASCII form)");
            }
        }
        return text;
    }

    private static String scheme(String lower) {
        return lower.startsWith("https://")
                ? "https://"
                : lower.startsWith("http://") ? "http://" : "";
    }

    private static int authorityEnd(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
            end++;
        }
        return end;
    }

    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) && !authority.equals(port)
                ? authority.substring(0, authority.length() - port.length())
                : authority;
    }

    private static void noDotSegments(String target) throws Wrong {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        for (String segment : path.split("/", -1)) {
            String plain = segment.toLowerCase(Locale.ROOT).replace("%2e", ".");
            if (plain.equals(".") || plain.equals("..")) {
                throw new Wrong("nothing is stored under a path with '.' or '..' segments");
            }
        }
    }
}
