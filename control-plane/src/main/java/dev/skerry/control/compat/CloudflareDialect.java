package dev.skerry.control.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.cache.http.Fields;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Dialect;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token; answers in Cloudflare's envelope. Refusals carry Cloudflare's code where one is
 * published, else the status plus a thousand.
 */
final class CloudflareDialect implements Dialect {
    private static final int NO_CODE_OF_THEIRS = 1000;

    @Override
    public String scheme() {
        return "token";
    }

    @Override
    public String refusalSchema() {
        return "CloudflareAnswer";
    }

    @Override
    public String refusalType() {
        return "application/json";
    }

    @Override
    public @Nullable String authorization(Fields request) {
        return request.first("Authorization");
    }

    @Override
    public ApiAnswer refusal(ApiProblem problem) {
        boolean coded = problem.errors().stream().anyMatch(error -> error.has("code"));
        List<JsonNode> errors = coded ? problem.errors() : List.of(error(problem));
        return envelope(problem.status(), errors, null, problem.fields());
    }

    static ApiAnswer accepted(String id) {
        return envelope(
                200, List.of(), JsonNodeFactory.instance.objectNode().put("id", id), Map.of());
    }

    /** A refusal of a document with a code of Cloudflare's. */
    static ApiProblem refused(int code, String message) {
        return new ApiProblem(400, "Bad request", message, List.of(error(code, message)), Map.of());
    }

    private static ApiAnswer envelope(
            int status,
            List<JsonNode> errors,
            @Nullable ObjectNode result,
            Map<String, String> fields) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("success", errors.isEmpty());
        document.putArray("errors").addAll(errors);
        document.putArray("messages");
        document.set("result", result);
        ApiAnswer answer = ApiAnswer.json(status, document);
        return new ApiAnswer(answer.status(), answer.contentType(), answer.body(), fields);
    }

    private static JsonNode error(ApiProblem problem) {
        return switch (problem.status()) {
            case 401, 403 -> error(10000, "Authentication error: " + problem.detail());
            case 404 -> error(7003, "Could not route to the zone: " + problem.detail());
            case 429 -> error(1134, "Unable to purge, rate limit reached: " + problem.detail());
            default -> error(NO_CODE_OF_THEIRS + problem.status(), problem.detail());
        };
    }

    private static JsonNode error(int code, String message) {
        return JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
    }
}
