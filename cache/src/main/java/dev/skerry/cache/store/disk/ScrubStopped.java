package dev.skerry.cache.store.disk;

import java.io.IOException;

/** Nothing more is to be read in the background. */
final class ScrubStopped extends IOException {
    private static final long serialVersionUID = 1;

    ScrubStopped() {
        super("stopped");
    }
}
