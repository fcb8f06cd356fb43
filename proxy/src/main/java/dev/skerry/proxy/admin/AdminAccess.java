package dev.skerry.proxy.admin;

import dev.skerry.cache.http.RequestHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the admin port. Metrics and health are open to whoever reaches it. Anything else
 * needs the bearer token (RFC 6750) if there is one; without one the port must be on a loopback
 * address. An endpoint may have a token of its own.
 *
 * <p>A browser on the same machine reaches loopback too, on behalf of any page. So there the Host
 * must be an address or {@code localhost}, which no page's own name is (DNS rebinding), and a
 * request that changes something must carry JSON, which a page may not send elsewhere without
 * asking first (CORS), which is never granted.
 */
public final class AdminAccess {
    private static final Pattern ADDRESS_OR_LOCALHOST =
            Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+])(:[0-9]+)?");
    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private final boolean loopback;
    private final @Nullable BearerToken token;

    private AdminAccess(boolean loopback, @Nullable BearerToken token) {
        this.loopback = loopback;
        this.token = token;
    }

    /**
     * The rules for a port at an address.
     *
     * @param tokenFile holds the bearer token: 16 to 1024 visible ASCII characters, white space
     *     around them ignored; null for none
     * @throws IOException when the file cannot be used, or when there is none and the address can
     *     be reached from elsewhere; the message says what would be right
     */
    public static AdminAccess at(InetSocketAddress address, @Nullable Path tokenFile)
            throws IOException {
        InetAddress host = address.getAddress();
        boolean loopback = host != null && host.isLoopbackAddress();
        if (tokenFile == null) {
            if (!loopback) {
                throw new IOException(
                        "the admin port would take purges from anybody at "
                                + address.getHostString()
                                + ": give it a loopback address such as 127.0.0.1, or"
                                + " --admin-token-file FILE with a bearer token");
            }
            return new AdminAccess(true, null);
        }
        return new AdminAccess(loopback, BearerToken.read(tokenFile));
    }

    /**
     * A refusal, or null when the request may go on.
     *
     * @param open whether it needs no token
     * @param own the token that it needs instead of the port's; null for the port's
     */
    @Nullable AdminAnswer refuse(RequestHead request, boolean open, @Nullable BearerToken own) {
        String host = request.authority().toLowerCase(Locale.ROOT);
        if (loopback && !ADDRESS_OR_LOCALHOST.matcher(host).matches()) {
            return AdminAnswer.problem(
                    421, "Misdirected request", "Host must be an address or localhost here");
        }
        if (open) {
            return null;
        }
        BearerToken needed = own == null ? token : own;
        if (needed != null && !needed.fits(request.fields().first("Authorization"))) {
            AdminAnswer answer =
                    AdminAnswer.problem(401, "Unauthorized", "a bearer token is needed");
            return new AdminAnswer(
                    401,
                    answer.contentType(),
                    answer.body(),
                    Map.of("WWW-Authenticate", "Bearer realm=\"skerry\""));
        }
        String type = request.fields().first("Content-Type");
        if (!request.isSafe() && (type == null || !JSON.matcher(type).matches())) {
            return AdminAnswer.problem(
                    415, "Unsupported media type", "Content-Type must be application/json");
        }
        return null;
    }
}
