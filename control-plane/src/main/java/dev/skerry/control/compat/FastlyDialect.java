package dev.skerry.control.compat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.cache.http.Fields;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Dialect;
import org.jspecify.annotations.Nullable;

/** A token in {@code Fastly-Key}, or in {@code Authorization}; refusals with {@code msg}. */
final class FastlyDialect implements Dialect {
    @Override
    public String scheme() {
        return "fastlyKey";
    }

    @Override
    public String refusalSchema() {
        return "FastlyRefusal";
    }

    @Override
    public String refusalType() {
        return "application/json";
    }

    @Override
    public @Nullable String authorization(Fields request) {
        String key = request.first("Fastly-Key");
        return key == null ? request.first("Authorization") : "Bearer " + key;
    }

    @Override
    public ApiAnswer refusal(ApiProblem problem) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("msg", message(problem)).put("detail", problem.detail());
        ApiAnswer answer = ApiAnswer.json(problem.status(), document);
        return new ApiAnswer(
                answer.status(), answer.contentType(), answer.body(), problem.fields());
    }

    private static String message(ApiProblem problem) {
        return switch (problem.status()) {
            case 400 -> "Bad request";
            case 401 -> "Provided credentials are missing or invalid";
            case 403 -> "You are not authorized to perform this action";
            case 404 -> "Record not found";
            case 429 -> "Too many requests";
            default -> problem.title();
        };
    }
}
