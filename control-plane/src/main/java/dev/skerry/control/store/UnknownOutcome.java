package dev.skerry.control.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A write got no answer, and nobody can tell now whether it has been done, or will be yet. */
public final class UnknownOutcome extends IOException {
    private static final long serialVersionUID = 1L;

    /** With the reason. */
    public UnknownOutcome(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}
