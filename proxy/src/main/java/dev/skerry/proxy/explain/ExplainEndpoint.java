package dev.skerry.proxy.explain;

import dev.skerry.config.protocol.ExplainQuestion;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.text.JsonWriter;
import dev.skerry.proxy.admin.AdminAnswer;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.admin.AdminRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/explain?url=} on a node's admin port. */
public final class ExplainEndpoint implements AdminEndpoint {
    private static final String PATH = "/v1/explain";

    private final UnaryOperator<String> node;

    /** Of a node that answers questions. */
    public ExplainEndpoint(UnaryOperator<String> node) {
        this.node = node;
    }

    @Override
    public boolean owns(String path) {
        return path.equals(PATH);
    }

    @Override
    public int mostBodyBytes() {
        return 0;
    }

    @Override
    public AdminAnswer answer(AdminRequest request) {
        if (!request.method().equals("GET")) {
            return refusal(405, "Method not allowed", "this takes GET");
        }
        try {
            return AdminAnswer.of(
                    200,
                    "application/json",
                    node.apply(ExplainQuestion.of(url(request.query())).json()) + "\n");
        } catch (MalformedMessage e) {
            return refusal(400, "Bad request", "url: " + e.getMessage());
        }
    }

    private static String url(@Nullable String query) throws MalformedMessage {
        if (query == null || !query.startsWith("url=") || query.indexOf('&') >= 0) {
            throw new MalformedMessage("the query is url=, and the URL percent-encoded");
        }
        try {
            return URLDecoder.decode(query.substring(4), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessage("it is not percent-encoded UTF-8");
        }
    }

    private static AdminAnswer refusal(int status, String title, String detail) {
        String problem =
                new JsonWriter()
                        .object()
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .end()
                        .toString();
        return AdminAnswer.of(status, "application/problem+json", problem + "\n");
    }
}
