package dev.skerry.proxy.feed;

import java.util.function.LongSupplier;

/**
 * What a feed's sessions share.
 *
 * @param age nanoseconds since the feed began, monotonic
 */
record FeedParts(FeedTarget target, FeedTap tap, FeedCounters counters, LongSupplier age) {}
