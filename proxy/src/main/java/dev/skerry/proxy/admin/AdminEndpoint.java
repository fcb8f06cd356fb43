package dev.skerry.proxy.admin;

/** A part of the admin port's API that someone else brings. Thread-safe. */
public interface AdminEndpoint {
    /** Whether it answers requests for this path. */
    boolean owns(String path);

    /** The most bytes that a request body may have; more is refused before it is read. */
    int mostBodyBytes();

    /** Answers; may block. Only called for requests that {@link AdminAccess} lets through. */
    AdminAnswer answer(AdminRequest request) throws InterruptedException;
}
