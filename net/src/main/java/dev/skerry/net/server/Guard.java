package dev.skerry.net.server;

import dev.skerry.cache.http.RequestHead;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Undertow parsed into an {@link Exchange}, or refuses it: targets, methods, authority
 * and expectations are judged here, framing before by {@link RequestFraming}.
 */
final class Guard implements HttpHandler {
    private final ExchangeHandler handler;
    private final HttpHandler http2;
    private final @Nullable HttpHandler upgrade;

    /**
     * Creates a guard.
     *
     * @param http2 takes requests that came over HTTP/2
     * @param upgrade answers requests for h2c; null where it is not offered
     */
    Guard(ExchangeHandler handler, HttpHandler http2, @Nullable HttpHandler upgrade) {
        this.handler = handler;
        this.http2 = http2;
        this.upgrade = upgrade;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!(exchange.getConnection() instanceof HttpServerConnection http1)) {
            http2.handleRequest(exchange);
            return;
        }
        ClientConnection connection = (ClientConnection) http1.getOriginalSourceConduit();
        int queryMarks = connection.framing().takeQueryMarks();
        if (upgrade != null && asksForHttp2(exchange)) {
            connection.becomeHttp2();
            upgrade.handleRequest(exchange);
            return;
        }
        RequestLine line = RequestLine.of(exchange, queryMarks);
        Http1Exchange ours =
                new Http1Exchange(
                        exchange,
                        new RequestHead(
                                exchange.getRequestMethod().toString(),
                                exchange.getRequestScheme(),
                                line.authority(),
                                line.target(),
                                new RequestFields(exchange.getRequestHeaders())),
                        connection);
        connection.requestStarted(ours);
        Refusal refusal = line.refusal();
        if (refusal == null) {
            refusal = judgeFields(exchange, connection.limits());
        }
        if (refusal != null) {
            ours.refuse(refusal);
        } else {
            ours.handle(handler);
        }
        if (!exchange.isComplete()) {
            // Undertow would end the exchange when we return without this.
            exchange.dispatch(SameThreadExecutor.INSTANCE, Guard::nothing);
        }
    }

    /** Only without a body, which Undertow would hold in memory. */
    private static boolean asksForHttp2(HttpServerExchange exchange) {
        HeaderMap fields = exchange.getRequestHeaders();
        return fields.contains(Headers.UPGRADE)
                && "h2c".equals(fields.getFirst(Headers.UPGRADE))
                && fields.contains("HTTP2-Settings")
                && exchange.isHttp11()
                && exchange.isRequestComplete();
    }

    private static @Nullable Refusal judgeFields(HttpServerExchange exchange, ServerLimits limits) {
        HeaderMap fields = exchange.getRequestHeaders();
        HeaderValues connection = fields.get(Headers.CONNECTION);
        if (connection != null) {
            if (hasToken(connection, "close")) {
                exchange.setPersistent(false);
            }
            String wanted = fields.getFirst(Headers.UPGRADE);
            if (wanted != null
                    && hasToken(connection, "upgrade")
                    && !wanted.equalsIgnoreCase("h2c")) {
                return new Refusal(501, "upgrade not supported");
            }
        }
        String expectation = fields.getFirst(Headers.EXPECT);
        if (expectation != null
                && exchange.isHttp11()
                && !expectation.equalsIgnoreCase("100-continue")) {
            return new Refusal(417, "expectation not supported");
        }
        return exchange.getRequestContentLength() > limits.bodyBytes()
                ? new Refusal(413, "request body too large")
                : null;
    }

    private static boolean hasToken(HeaderValues values, String token) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (value.equalsIgnoreCase(token)) {
                return true;
            }
            if (value.indexOf(',') >= 0) {
                for (String part : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                    if (part.strip().equals(token)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static void nothing() {}
}
