package dev.skerry.net.server;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Authority and target of a request, put together again from what Undertow took apart (RFC 9112
 * §3.2 and §3.3). An absolute form that names another authority than Host is refused: whoever
 * stands before or behind us might believe the other one.
 *
 * @param refusal why the request is refused, or null
 */
record RequestLine(String authority, String target, @Nullable Refusal refusal) {
    static RequestLine of(HttpServerExchange exchange, int queryMarks) {
        String path = exchange.getRequestURI();
        String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        String authority = host == null ? "" : host;
        Refusal refusal = null;
        if (exchange.isHostIncludedInRequestURI()) {
            int start = path.indexOf("://") + 3;
            int slash = path.indexOf('/', start);
            String named = slash < 0 ? path.substring(start) : path.substring(start, slash);
            refusal = judgeAbsolute(path, named, authority);
            authority = named;
            path = slash < 0 ? "/" : path.substring(slash);
        }
        String target = withQuery(path, exchange.getQueryString(), queryMarks);
        return new RequestLine(
                authority, target, refusal == null ? TargetRules.check(target) : refusal);
    }

    private static String withQuery(String path, String query, int marks) {
        return switch (marks) {
            case 0 -> path;
            case 1 -> path + "?" + query;
            default -> path + "??" + query;
        };
    }

    private static @Nullable Refusal judgeAbsolute(String uri, String named, String host) {
        boolean web =
                uri.regionMatches(true, 0, "http://", 0, 7)
                        || uri.regionMatches(true, 0, "https://", 0, 8);
        if (!web || named.isEmpty() || named.indexOf('@') >= 0) {
            return new Refusal(400, "malformed absolute form");
        }
        return host.isEmpty() || host.equalsIgnoreCase(named)
                ? null
                : new Refusal(400, "the target names another host than Host");
    }
}
