package dev.skerry.control.http;

import dev.skerry.cache.http.Fields;
import org.jspecify.annotations.Nullable;

/** How the clients of a resource speak: where their token is, and how they are refused. */
public interface Dialect {
    /** Ours: bearer tokens (RFC 6750) and problem documents (RFC 9457). */
    Dialect OURS = new OwnDialect();

    /** The OpenAPI security scheme that says where the token is. */
    String scheme();

    /** The OpenAPI schema of a refusal. */
    String refusalSchema();

    /** The media type of a refusal. */
    String refusalType();

    /**
     * The token as {@code Authorization} would carry it.
     *
     * @return {@code Bearer TOKEN}, or what else {@code Authorization} holds; null when there is
     *     none
     */
    @Nullable String authorization(Fields request);

    /** What is sent to a client that is refused. */
    ApiAnswer refusal(ApiProblem problem);
}
