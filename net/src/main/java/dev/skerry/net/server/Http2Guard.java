package dev.skerry.net.server;

import dev.skerry.cache.http.RequestHead;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Turns an HTTP/2 request into an {@link Exchange}, or refuses it. */
final class Http2Guard implements HttpHandler {
    private static final AttachmentKey<ClientConnection> CONNECTION =
            AttachmentKey.create(ClientConnection.class);

    private final ExchangeHandler handler;
    private final Http2Connections connections;
    private final ServerLimits limits;

    Http2Guard(ExchangeHandler handler, Http2Connections connections, ServerLimits limits) {
        this.handler = handler;
        this.connections = connections;
        this.limits = limits;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        ClientConnection connection = connection(exchange);
        if (connection == null) {
            exchange.endExchange();
            return;
        }
        RequestLine line = RequestLine.of(exchange, exchange.getQueryString().isEmpty() ? 0 : 1);
        Http2Exchange ours =
                new Http2Exchange(
                        exchange,
                        new RequestHead(
                                exchange.getRequestMethod().toString(),
                                exchange.getRequestScheme(),
                                line.authority(),
                                line.target(),
                                new RequestFields(exchange.getRequestHeaders())),
                        connection);
        Refusal refusal = line.refusal();
        if (refusal == null) {
            refusal = judge(exchange, line);
        }
        if (refusal != null) {
            ours.refuse(refusal);
        } else {
            ours.handle(handler);
        }
        exchange.dispatch(SameThreadExecutor.INSTANCE, ours::callEnded);
    }

    private @Nullable ClientConnection connection(HttpServerExchange exchange) {
        ClientConnection known = exchange.getConnection().getAttachment(CONNECTION);
        if (known == null) {
            known =
                    connections.find(
                            exchange.getConnection().getPeerAddress(InetSocketAddress.class),
                            exchange.getConnection().getLocalAddress(InetSocketAddress.class));
            if (known != null) {
                exchange.getConnection().putAttachment(CONNECTION, known);
            }
        }
        return known;
    }

    private @Nullable Refusal judge(HttpServerExchange exchange, RequestLine line) {
        String method = MethodRules.refused(exchange.getRequestMethod().toString());
        if (method != null) {
            return new Refusal(501, method);
        }
        if (line.authority().isEmpty()) {
            return new Refusal(400, "no authority");
        }
        if (line.target().equals("*")
                && !exchange.getRequestMethod().toString().equals("OPTIONS")) {
            return new Refusal(400, "asterisk form without OPTIONS");
        }
        if (line.target().length() > limits.targetBytes()) {
            return new Refusal(414, "request target too long");
        }
        HeaderMap fields = exchange.getRequestHeaders();
        if (fields.contains(Headers.TRANSFER_ENCODING)) {
            return new Refusal(400, "Transfer-Encoding in HTTP/2");
        }
        int lines = 0;
        for (HeaderValues values : fields) {
            lines += values.size();
        }
        if (lines > limits.fields()) {
            return new Refusal(431, "too many request fields");
        }
        String expectation = fields.getFirst(Headers.EXPECT);
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            return new Refusal(417, "expectation not supported");
        }
        return exchange.getRequestContentLength() > limits.bodyBytes()
                ? new Refusal(413, "request body too large")
                : null;
    }
}
