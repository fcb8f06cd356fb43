package dev.skerry.cache.key;

/** The one spelling of a host that keys and purges share (RFC 9110 §4.2.3). */
public final class Hosts {
    private Hosts() {}

    /**
     * The authority in lower case without the scheme's default port and without a final dot; the
     * same object when it is so already.
     *
     * @param scheme {@code http} or {@code https}
     * @param authority host, and port if any
     */
    public static String normalise(String scheme, String authority) {
        int end = authority.length();
        String port = scheme.equals("https") ? ":443" : ":80";
        if (authority.endsWith(port)) {
            end -= port.length();
        } else if (authority.endsWith(":")) {
            end--;
        }
        int colon = authority.lastIndexOf(':', end - 1);
        if (colon < 0 && end > 1 && authority.charAt(end - 1) == '.') {
            end--;
        }
        return lower(end == authority.length() ? authority : authority.substring(0, end));
    }

    private static String lower(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return lowerAscii(host);
            }
        }
        return host;
    }

    private static String lowerAscii(String host) {
        StringBuilder text = new StringBuilder(host);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                text.setCharAt(i, (char) (c + 32));
            }
        }
        return text.toString();
    }
}
