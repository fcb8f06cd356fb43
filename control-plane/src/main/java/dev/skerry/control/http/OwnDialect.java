package dev.skerry.control.http;

import dev.skerry.cache.http.Fields;
import org.jspecify.annotations.Nullable;

/** The dialect of the API's own resources. */
final class OwnDialect implements Dialect {
    @Override
    public String scheme() {
        return "token";
    }

    @Override
    public String refusalSchema() {
        return "Problem";
    }

    @Override
    public String refusalType() {
        return ApiProblem.CONTENT_TYPE;
    }

    @Override
    public @Nullable String authorization(Fields request) {
        return request.first("Authorization");
    }

    @Override
    public ApiAnswer refusal(ApiProblem problem) {
        return problem.answer();
    }
}
