package dev.skerry.cache.store.disk.device;

import java.io.IOException;

/** A directory must not be used as it is; the message tells an operator why and what to do. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    /** With a sentence for an operator. */
    public RefusedException(String message) {
        super(message);
    }
}
