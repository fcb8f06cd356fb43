package dev.skerry.cache.engine;

/** How a request was answered: the vocabulary of {@code Cache-Status}, access log and metrics. */
public enum CacheOutcome {
    /** From the store, fresh, without asking anybody. */
    HIT("hit"),
    /** From the store, stale within its stale-while-revalidate window; one refresh runs behind. */
    STALE("stale"),
    /** From the store, stale, because upstream failed and stale-if-error allows it. */
    STALE_IF_ERROR("stale-if-error"),
    /** From the store, after upstream confirmed it with a 304. */
    REVALIDATED("revalidated"),
    /** From upstream, by a fetch of its own. */
    MISS("miss"),
    /** From upstream, by following a fetch that another request had begun. */
    COLLAPSED("collapsed"),
    /** From upstream, past the cache. */
    PASS("pass"),
    /** No answer could be had. */
    ERROR("error"),
    /** Answered by this node itself: a redirect, a refusal, a preflight. */
    LOCAL("local");

    private final String word;

    CacheOutcome(String word) {
        this.word = word;
    }

    /** Lower case, as printed. */
    public String word() {
        return word;
    }

    /** Whether the store answered. */
    public boolean isHit() {
        return this == HIT || this == STALE || this == STALE_IF_ERROR;
    }
}
