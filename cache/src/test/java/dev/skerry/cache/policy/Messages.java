package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import java.time.Instant;

/** Short ways to write heads in tests. */
final class Messages {
    static final long NOW = Instant.parse("2026-11-23T12:00:00Z").toEpochMilli();
    static final String NOW_DATE = "Mon, 23 Nov 2026 12:00:00 GMT";

    private Messages() {}

    static RequestHead get(String... fields) {
        return request("GET", fields);
    }

    static RequestHead request(String method, String... fields) {
        return new RequestHead(method, "http", "example.com", "/a/b?c", FieldList.of(fields));
    }

    static ResponseHead ok(String... fields) {
        return response(200, fields);
    }

    static ResponseHead response(int status, String... fields) {
        return new ResponseHead(status, FieldList.of(fields));
    }
}
