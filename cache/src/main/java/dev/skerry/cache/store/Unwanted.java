package dev.skerry.cache.store;

import java.io.IOException;

/** Nobody will ever read a growing body any more, and it cannot be stored: stop fetching. */
public final class Unwanted extends IOException {
    private static final long serialVersionUID = 1L;

    /** A body that all its readers have left, or that none came for. */
    public Unwanted() {
        super("nobody reads this body any more");
    }
}
