package dev.skerry.cache.store;

import java.io.IOException;

/**
 * A reader fell behind the window of a growing body and was cut off, so that the others need not
 * wait for it. What it has read is right; the rest has to come from elsewhere.
 */
public final class LeftBehind extends IOException {
    private static final long serialVersionUID = 1L;

    private final long position;

    /** A reader that has read all bytes before {@code position}, and will get none from here on. */
    public LeftBehind(long position) {
        super("this reader held up others for too long");
        this.position = position;
    }

    /** The offset in the body of the first byte that was not read. */
    public long position() {
        return position;
    }
}
