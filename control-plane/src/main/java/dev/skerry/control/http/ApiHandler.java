package dev.skerry.control.http;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.store.UnknownOutcome;
import dev.skerry.net.server.BodySource;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.ExchangeHandler;
import dev.skerry.net.server.RequestBodyFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a request to the API: host, resource, caller, scope, body, handler. Nothing of the
 * body is read before its sender is known and its length is within bounds.
 */
final class ApiHandler implements ExchangeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final Pattern ADDRESS_OR_LOCALHOST =
            Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+])(:[0-9]+)?");

    private final ResourceTable table;
    private final Access access;
    private final RateLimits limits;
    private final boolean checksHost;
    private final IntConsumer answered;

    ApiHandler(
            ResourceTable table,
            Access access,
            RateLimits limits,
            boolean checksHost,
            IntConsumer answered) {
        this.table = table;
        this.access = access;
        this.limits = limits;
        this.checksHost = checksHost;
        this.answered = answered;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.dispatch(() -> respond(exchange));
    }

    private void respond(Exchange exchange) {
        ApiAnswer answer;
        try {
            answer = answer(exchange);
        } catch (ApiProblem e) {
            answer = e.answer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.abort();
            return;
        } catch (RuntimeException e) {
            LOG.error("the API failed on {}", path(exchange.request()), e);
            answer = new ApiProblem(500, "Internal error", "the log says more").answer();
        }
        if (answer != null) {
            send(exchange, answer);
        }
    }

    /** Null when a streaming resource has answered. */
    private @Nullable ApiAnswer answer(Exchange exchange) throws ApiProblem, InterruptedException {
        RequestHead request = exchange.request();
        ResourceTable.Match match = table.match(request.method(), path(request));
        if (!(match instanceof ResourceTable.Match.Found(Resource found, var p)
                && found.isAboutSites())) {
            requireHost(request);
        }
        return switch (match) {
            case ResourceTable.Match.Nothing() ->
                    throw ApiProblem.notFound("nothing here by that name");
            case ResourceTable.Match.OtherMethods other -> throw other.problem();
            case ResourceTable.Match.Found(Resource resource, var parts) ->
                    answer(exchange, resource, parts);
        };
    }

    private @Nullable ApiAnswer answer(
            Exchange exchange, Resource resource, Map<String, String> parts)
            throws InterruptedException {
        Caller caller = Caller.NOBODY;
        RateLimits.Left left = null;
        try {
            caller = caller(exchange, resource);
            left = limits.take(caller, resource.verb());
            requireScope(caller, resource.verb(), parts.get("site"));
            ApiCall call = call(exchange, resource, parts, caller);
            return switch (resource.handler()) {
                case Resource.Handler.Whole whole -> whole.answer(call).with(left);
                case Resource.Handler.Streaming streaming -> {
                    streaming.answer(call, exchange);
                    answered.accept(200);
                    yield null;
                }
            };
        } catch (ApiProblem e) {
            if (e.status() != 429) {
                audit(caller, resource, parts, e);
            }
            return resource.dialect().refusal(e);
        } catch (RequestBodyFailure e) {
            return resource.dialect()
                    .refusal(
                            new ApiProblem(
                                    e.status(), "Bad request body", "it did not come whole"));
        } catch (IOException e) {
            LOG.warn("the API cannot answer {}: {}", resource.path(), e.toString());
            String known =
                    e instanceof UnknownOutcome
                            ? "it is not known whether anything was changed: "
                            : "nothing was changed: ";
            ApiProblem problem = new ApiProblem(503, "Not available", known + e.getMessage());
            audit(caller, resource, parts, problem);
            return resource.dialect().refusal(problem);
        }
    }

    private void requireHost(RequestHead request) throws ApiProblem {
        String host = request.authority().toLowerCase(Locale.ROOT);
        if (checksHost && !ADDRESS_OR_LOCALHOST.matcher(host).matches()) {
            throw new ApiProblem(
                    421, "Misdirected request", "Host must be an address or localhost here");
        }
    }

    private Caller caller(Exchange exchange, Resource resource) throws ApiProblem {
        if (resource.verb() == Verb.ANYONE) {
            return Caller.NOBODY;
        }
        String authorization = resource.dialect().authorization(exchange.request().fields());
        Caller caller =
                authorization == null && resource.isAboutSites()
                        ? neighbour(exchange)
                        : access.identify(authorization);
        if (caller == null) {
            throw new ApiProblem(
                    401,
                    "Unauthorized",
                    authorization == null
                            ? "a bearer token is needed"
                            : "the token is not one of ours, or no longer",
                    List.of(),
                    Map.of("WWW-Authenticate", "Bearer realm=\"skerry\""));
        }
        return caller;
    }

    /** A browser may be at an address that is trusted, and always says whose page it obeys. */
    private @Nullable Caller neighbour(Exchange exchange) {
        return exchange.header("Origin") == null
                ? access.neighbour(exchange.remoteAddress().getAddress())
                : null;
    }

    private static void requireScope(Caller caller, Verb verb, @Nullable String site)
            throws ApiProblem {
        String token = "token '" + caller.name() + "' ";
        if (!caller.may(verb)) {
            throw forbidden(token + "lacks the verb " + verb.name().toLowerCase(Locale.ROOT));
        }
        if (site != null && !caller.sees(site)) {
            throw forbidden(token + "is not for site '" + site + "'");
        }
    }

    private static ApiProblem forbidden(String detail) {
        return new ApiProblem(403, "Forbidden", detail);
    }

    private static ApiCall call(
            Exchange exchange, Resource resource, Map<String, String> parts, Caller caller)
            throws ApiProblem, IOException {
        RequestHead request = exchange.request();
        int mark = request.target().indexOf('?');
        String query = mark < 0 ? null : request.target().substring(mark + 1);
        return new ApiCall(
                        parts,
                        ResourceTable.query(query),
                        exchange::header,
                        body(exchange, resource),
                        caller.name(),
                        caller::sees)
                .with(request);
    }

    private static byte[] body(Exchange exchange, Resource resource)
            throws ApiProblem, IOException {
        int most = resource.mostBodyBytes();
        if (!exchange.hasRequestBody() || exchange.requestBodyLength() == 0) {
            return new byte[0];
        }
        if (exchange.requestBodyLength() > most) {
            throw tooLarge(most);
        }
        requireMediaType(exchange.header("Content-Type"), resource);
        byte[] body = exchange.requestBody().readNBytes(most + 1);
        if (body.length > most) {
            throw tooLarge(most);
        }
        return body;
    }

    private static void requireMediaType(@Nullable String contentType, Resource resource)
            throws ApiProblem {
        String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        String essence = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (resource.mostBodyBytes() > 0 && !resource.mediaTypes().contains(essence)) {
            throw new ApiProblem(
                    415,
                    "Unsupported media type",
                    "Content-Type must be "
                            + String.join(" or ", new TreeSet<>(resource.mediaTypes())));
        }
    }

    private static ApiProblem tooLarge(int most) {
        return new ApiProblem(
                413,
                "Content too large",
                most == 0
                        ? "this resource takes no body"
                        : "a body here has at most " + most + " bytes");
    }

    private void audit(
            Caller caller, Resource resource, Map<String, String> parts, ApiProblem problem) {
        boolean changes =
                switch (resource.verb()) {
                    case PURGE, CONFIGURE, ADMIN -> !resource.method().equals("GET");
                    case ANYONE, READ, NODE -> false;
                };
        if (changes) {
            access.refused(
                    caller,
                    resource.method() + " " + resource.path(),
                    parts.get("site"),
                    problem.status(),
                    problem.detail());
        }
    }

    private void send(Exchange exchange, ApiAnswer answer) {
        answered.accept(answer.status());
        FieldList.Builder fields =
                FieldList.builder()
                        .add("Cache-Control", "no-store")
                        .add("X-Content-Type-Options", "nosniff");
        if (!answer.contentType().isEmpty()) {
            fields.add("Content-Type", answer.contentType());
        }
        answer.fields().forEach(fields::add);
        BodySource body =
                answer.status() == 204 || answer.status() == 304
                        ? null
                        : BodySource.of(
                                ByteBuffer.wrap(answer.body().getBytes(StandardCharsets.UTF_8)));
        exchange.send(new ResponseHead(answer.status(), fields.build()), body);
    }

    private static String path(RequestHead request) {
        int mark = request.target().indexOf('?');
        return mark < 0 ? request.target() : request.target().substring(0, mark);
    }
}
