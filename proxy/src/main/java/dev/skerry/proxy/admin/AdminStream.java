package dev.skerry.proxy.admin;

import dev.skerry.net.server.BodySource;

/** A response (200) that goes on for as long as its source does, or its client wants it. */
public record AdminStream(String contentType, Opening opening) implements AdminReply {
    /** Makes the body. */
    @FunctionalInterface
    public interface Opening {
        /**
         * Called once, when the response is about to be sent.
         *
         * @param cut ends the exchange at once; on any thread
         */
        BodySource open(Runnable cut);
    }
}
