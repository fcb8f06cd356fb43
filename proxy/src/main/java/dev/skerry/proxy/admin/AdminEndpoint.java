package dev.skerry.proxy.admin;

import org.jspecify.annotations.Nullable;

/** A part of the admin port's API that someone else brings. Thread-safe. */
public interface AdminEndpoint {
    /** Whether it answers requests for this path. */
    boolean owns(String path);

    /** The most bytes that a request body may have; more is refused before it is read. */
    int mostBodyBytes();

    /** The bearer token that opens it instead of the admin port's own; null for that one. */
    default @Nullable BearerToken token() {
        return null;
    }

    /** Answers; may block. Only called for requests that {@link AdminAccess} lets through. */
    AdminReply answer(AdminRequest request) throws InterruptedException;
}
