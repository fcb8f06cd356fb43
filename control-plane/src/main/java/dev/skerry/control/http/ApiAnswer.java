package dev.skerry.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the API answers.
 *
 * @param fields further response fields
 */
public record ApiAnswer(int status, String contentType, String body, Map<String, String> fields) {
    /** Copies the fields. */
    public ApiAnswer {
        fields = Map.copyOf(fields);
    }

    /** A JSON document. */
    public static ApiAnswer json(int status, JsonNode document) {
        return new ApiAnswer(status, "application/json", document + "\n", Map.of());
    }

    /** 204. */
    public static ApiAnswer nothing() {
        return new ApiAnswer(204, "", "", Map.of());
    }

    /** The same with what its caller may still ask; null when there is no limit. */
    ApiAnswer with(RateLimits.@Nullable Left left) {
        if (left == null) {
            return this;
        }
        Map<String, String> more = new HashMap<>(fields);
        more.putAll(left.fields());
        return new ApiAnswer(status, contentType, body, more);
    }

    /** The same with one more field. */
    public ApiAnswer with(String name, String value) {
        Map<String, String> more = new HashMap<>(fields);
        more.put(name, value);
        return new ApiAnswer(status, contentType, body, more);
    }
}
