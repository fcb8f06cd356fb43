package dev.skerry.proxy.hop;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code Forwarded} (RFC 7239): who
 * asked, and how. What a request itself says there is anybody's claim; it is kept, and appended to,
 * only when its sender is a trusted proxy, and dropped otherwise.
 */
public final class ForwardedFields {
    static final String FOR = "X-Forwarded-For";
    static final String PROTO = "X-Forwarded-Proto";
    static final String HOST = "X-Forwarded-Host";
    static final String FORWARDED = "Forwarded";

    private ForwardedFields() {}

    /**
     * The scheme that the client used: what a trusted proxy or an authenticated node says, else
     * that of the connection. Part of the cache key, hence nothing but {@code http} and {@code
     * https} is taken from a field.
     */
    public static String clientScheme(Fields fields, boolean trusted, String connectionScheme) {
        String told = trusted ? fields.first(PROTO) : null;
        if (told == null) {
            return connectionScheme;
        }
        if (told.equalsIgnoreCase("https")) {
            return "https";
        }
        return told.equalsIgnoreCase("http") ? "http" : connectionScheme;
    }

    static void append(RequestHead head, Upstream.Client client, FieldList.Builder out) {
        Fields told = client.trusted() ? head.fields() : FieldList.EMPTY;
        String address = client.address() == null ? null : text(client.address());
        addIfPresent(out, FOR, join(told.combined(FOR), address));
        String proto = told.first(PROTO);
        out.add(PROTO, proto == null ? head.scheme() : proto);
        String host = told.first(HOST);
        out.add(HOST, host == null ? head.authority() : host);
        out.add(FORWARDED, forwarded(told.combined(FORWARDED), address, head));
    }

    private static String forwarded(
            @Nullable String before, @Nullable String address, RequestHead head) {
        StringBuilder element = new StringBuilder();
        if (before != null && !before.isEmpty()) {
            element.append(before).append(", ");
        }
        if (address != null) {
            // RFC 7239 §6: IPv6 in brackets, and because of these and the colons quoted.
            element.append("for=")
                    .append(address.indexOf(':') < 0 ? address : "\"[" + address + "]\"")
                    .append(';');
        }
        element.append("host=\"");
        for (int i = 0; i < head.authority().length(); i++) {
            char c = head.authority().charAt(i);
            if (c == '"' || c == '\\') {
                element.append('\\');
            }
            element.append(c);
        }
        return element.append("\";proto=").append(head.scheme()).toString();
    }

    /** Without the zone, which means nothing elsewhere. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = address instanceof Inet6Address ? text.indexOf('%') : -1;
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static @Nullable String join(@Nullable String before, @Nullable String own) {
        if (before == null || before.isEmpty()) {
            return own;
        }
        return own == null ? before : before + ", " + own;
    }

    private static void addIfPresent(FieldList.Builder out, String name, @Nullable String value) {
        if (value != null) {
            out.add(name, value);
        }
    }
}
