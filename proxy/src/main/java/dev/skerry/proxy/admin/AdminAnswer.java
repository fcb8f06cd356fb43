package dev.skerry.proxy.admin;

import java.util.Map;

/**
 * What the admin port answers.
 *
 * @param body sent in UTF-8
 * @param fields further response fields
 */
public record AdminAnswer(int status, String contentType, String body, Map<String, String> fields)
        implements AdminReply {
    /** Copies the fields. */
    public AdminAnswer {
        fields = Map.copyOf(fields);
    }

    /** An answer without further fields. */
    public static AdminAnswer of(int status, String contentType, String body) {
        return new AdminAnswer(status, contentType, body, Map.of());
    }

    /** A refusal (RFC 9457). The texts are ours: they hold nothing that JSON would escape. */
    public static AdminAnswer problem(int status, String title, String detail) {
        String body =
                "{\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n"
                        .formatted(title, status, detail);
        return of(status, "application/problem+json", body);
    }
}
