package dev.skerry.proxy.pipeline;

/**
 * How the hosts of a node's public URL contain the host that the client asked the router for:
 * {@code fra-1.{host}} for instance. What a redirected client asks for so gets the same key and is
 * met by the same purges on every edge.
 *
 * @param before what stands before the host, in lower case
 * @param after what follows it, without a port, in lower case
 */
public record PublicName(String before, String after) {
    /** Of a node whose names are the hosts themselves. */
    public static final PublicName PLAIN = new PublicName("", "");

    private static final String PLACE = "{host}";

    /** Of a public URL such as {@code https://fra-1.{host}:8443}. */
    public static PublicName of(String url) {
        String authority = url.substring(url.indexOf("://") + 3);
        int place = authority.indexOf(PLACE);
        if (place < 0) {
            return PLAIN;
        }
        String after = authority.substring(place + PLACE.length());
        return new PublicName(authority.substring(0, place), withoutPort(after));
    }

    /** The host that the client asked the router for; the same text when it names no other. */
    String original(String authority) {
        if (before.isEmpty() && after.isEmpty()) {
            return authority;
        }
        String host = withoutPort(authority);
        int length = host.length() - before.length() - after.length();
        boolean ours =
                length > 0
                        && host.regionMatches(true, 0, before, 0, before.length())
                        && host.regionMatches(
                                true, before.length() + length, after, 0, after.length());
        return ours ? host.substring(before.length(), before.length() + length) : authority;
    }

    static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon < 0 || authority.indexOf(']', colon) >= 0
                ? authority
                : authority.substring(0, colon);
    }
}
