package dev.skerry.proxy.pipeline;

/** Counts and logs requests when they end. */
public interface RequestObserver {
    /** The head of the response is about to be handed to the connection. */
    void answers(Passage passage);

    /**
     * A request has ended, whole or not.
     *
     * @param status what was sent, 0 when nothing was
     * @param bodyBytes bytes of the body handed to the connection
     */
    void ended(Passage passage, int status, long bodyBytes, boolean whole);
}
