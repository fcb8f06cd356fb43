package dev.skerry.cache.engine;

/** Receives the answer to one request. */
@FunctionalInterface
public interface AnswerListener {
    /**
     * Called exactly once: on the calling thread for what the store answers alone, else on a thread
     * of the fetch, which must not be held up. The receiver owns the references in the answer.
     */
    void answered(Answer answer);
}
