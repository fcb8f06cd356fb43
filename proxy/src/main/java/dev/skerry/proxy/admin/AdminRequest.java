package dev.skerry.proxy.admin;

import dev.skerry.cache.http.Fields;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A request to the admin port, its body received. */
public final class AdminRequest {
    private final String method;
    private final String path;
    private final @Nullable String query;
    private final Fields fields;
    private final byte[] body;
    private final InetAddress peer;

    AdminRequest(
            String method,
            String path,
            @Nullable String query,
            Fields fields,
            byte[] body,
            InetAddress peer) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.fields = fields;
        this.body = body;
        this.peer = peer;
    }

    /** The method. */
    public String method() {
        return method;
    }

    /** The path, as it came. */
    public String path() {
        return path;
    }

    /** What follows the question mark, null without one. */
    public @Nullable String query() {
        return query;
    }

    /** The fields. */
    public Fields fields() {
        return fields;
    }

    /** The body, not copied; empty when there was none. */
    public byte[] body() {
        return body;
    }

    /** Where it came from. */
    public InetAddress peer() {
        return peer;
    }
}
