package dev.skerry.proxy.admin;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.net.server.BodySource;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.ExchangeHandler;
import dev.skerry.net.server.RequestBodyFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code /metrics}, {@code /healthz}, {@code /readyz}, and what the endpoints own. */
final class AdminHandler implements ExchangeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

    private final AdminAccess access;
    private final Supplier<String> metrics;
    private final Readiness readiness;
    private final List<AdminEndpoint> endpoints;

    AdminHandler(
            AdminAccess access,
            Supplier<String> metrics,
            Readiness readiness,
            List<AdminEndpoint> endpoints) {
        this.access = access;
        this.metrics = metrics;
        this.readiness = readiness;
        this.endpoints = List.copyOf(endpoints);
    }

    @Override
    public void handle(Exchange exchange) {
        // Nothing here is hot, and a scrape or a purge takes its time: never on the I/O thread.
        exchange.dispatch(() -> respond(exchange));
    }

    private void respond(Exchange exchange) {
        AdminReply answer;
        try {
            answer = answer(exchange);
        } catch (RequestBodyFailure e) {
            answer = AdminAnswer.problem(e.status(), "Bad request body", "it did not come whole");
        } catch (IOException e) {
            exchange.abort();
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.abort();
            return;
        } catch (RuntimeException e) {
            LOG.error("the admin port failed on {}", exchange.request().target(), e);
            answer = AdminAnswer.problem(500, "Internal error", "the node's log says more");
        }
        switch (answer) {
            case AdminAnswer whole -> send(exchange, whole);
            case AdminStream stream -> send(exchange, stream);
        }
    }

    private AdminReply answer(Exchange exchange) throws IOException, InterruptedException {
        RequestHead request = exchange.request();
        int mark = request.target().indexOf('?');
        String path = mark < 0 ? request.target() : request.target().substring(0, mark);
        String query = mark < 0 ? null : request.target().substring(mark + 1);
        boolean open = isOpen(path);
        AdminEndpoint owner = open ? null : owner(path);
        AdminAnswer refusal = access.refuse(request, open, owner == null ? null : owner.token());
        if (refusal != null) {
            return refusal;
        }
        if (open) {
            return openPart(request.method(), path);
        }
        if (owner != null) {
            return bring(exchange, owner, path, query);
        }
        return AdminAnswer.problem(404, "Not found", "nothing here by that name");
    }

    private @Nullable AdminEndpoint owner(String path) {
        for (AdminEndpoint endpoint : endpoints) {
            if (endpoint.owns(path)) {
                return endpoint;
            }
        }
        return null;
    }

    private static boolean isOpen(String path) {
        return switch (path) {
            case "/metrics", "/healthz", "/readyz" -> true;
            default -> false;
        };
    }

    private AdminAnswer openPart(String method, String path) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            AdminAnswer answer =
                    AdminAnswer.problem(405, "Method not allowed", "only GET and HEAD");
            return new AdminAnswer(
                    405, answer.contentType(), answer.body(), Map.of("Allow", "GET, HEAD"));
        }
        return switch (path) {
            case "/metrics" -> AdminAnswer.of(200, Metrics.CONTENT_TYPE, metrics.get());
            case "/readyz" -> readiness.answer();
            default -> AdminAnswer.of(200, "application/json", "{\"alive\":true}\n");
        };
    }

    private static AdminReply bring(
            Exchange exchange, AdminEndpoint endpoint, String path, @Nullable String query)
            throws IOException, InterruptedException {
        int most = endpoint.mostBodyBytes();
        byte[] body = {};
        if (exchange.hasRequestBody()) {
            if (exchange.requestBodyLength() > most) {
                return tooLarge(most);
            }
            body = exchange.requestBody().readNBytes(most + 1);
            if (body.length > most) {
                return tooLarge(most);
            }
        }
        return endpoint.answer(
                new AdminRequest(
                        exchange.request().method(),
                        path,
                        query,
                        exchange.request().fields(),
                        body,
                        exchange.remoteAddress().getAddress()));
    }

    private static AdminAnswer tooLarge(int most) {
        return AdminAnswer.problem(
                413, "Content too large", "a request body here has at most " + most + " bytes");
    }

    private static FieldList.Builder fields(String contentType) {
        return FieldList.builder()
                .add("Content-Type", contentType)
                .add("Cache-Control", "no-store")
                .add("X-Content-Type-Options", "nosniff");
    }

    private static void send(Exchange exchange, AdminStream stream) {
        exchange.send(
                new ResponseHead(200, fields(stream.contentType()).build()),
                stream.opening().open(exchange::abort));
    }

    private static void send(Exchange exchange, AdminAnswer answer) {
        FieldList.Builder fields = fields(answer.contentType());
        answer.fields().forEach(fields::add);
        ByteBuffer body = ByteBuffer.wrap(answer.body().getBytes(StandardCharsets.UTF_8));
        exchange.send(new ResponseHead(answer.status(), fields.build()), BodySource.of(body));
    }
}
