package dev.skerry.cache.engine;

/**
 * A request that waits for a fetch.
 *
 * @param leads whether the fetch was begun for it
 */
record Follower(CacheRequest request, AnswerListener listener, boolean leads) {}
