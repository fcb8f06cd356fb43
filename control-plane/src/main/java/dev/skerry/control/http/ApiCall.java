package dev.skerry.control.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request to the API that its caller may make. */
public final class ApiCall {
    private final Map<String, String> path;
    private final Map<String, String> query;
    private final @Nullable String ifMatch;
    private final byte[] body;
    private final String caller;

    /**
     * A call.
     *
     * @param path the values of the template's parts, percent-decoded
     * @param query the parameters, percent-decoded, each at most once
     * @param ifMatch the value of {@code If-Match}, null without
     * @param body whole, not copied
     * @param caller the name of the caller's token, for the audit trail
     */
    public ApiCall(
            Map<String, String> path,
            Map<String, String> query,
            @Nullable String ifMatch,
            byte[] body,
            String caller) {
        this.path = Map.copyOf(path);
        this.query = Map.copyOf(query);
        this.ifMatch = ifMatch;
        this.body = body;
        this.caller = caller;
    }

    /** A part of the path that the template has, percent-decoded. */
    public String part(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the template has no {" + name + "}");
        }
        return value;
    }

    /** The parameters, percent-decoded. */
    public Map<String, String> query() {
        return query;
    }

    /** The value of {@code If-Match}, null without. */
    public @Nullable String ifMatch() {
        return ifMatch;
    }

    /** The body, not copied; empty when there was none. */
    public byte[] body() {
        return body;
    }

    /** The name of the caller's token. */
    public String caller() {
        return caller;
    }
}
