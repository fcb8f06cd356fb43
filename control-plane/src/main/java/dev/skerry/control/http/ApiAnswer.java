package dev.skerry.control.http;

import java.util.Map;

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
}
