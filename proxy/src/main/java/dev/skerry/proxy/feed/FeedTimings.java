package dev.skerry.proxy.feed;

import java.time.Duration;

/**
 * The paces of a feed; each positive.
 *
 * @param silence a stream that is silent for so long is dead
 * @param report between two reports that nothing else caused
 * @param firstBackoff the shortest wait before another attempt
 * @param lastBackoff the longest
 * @param probe how often somebody preferred is asked whether it is there again
 * @param farewell the most that the last report may take
 */
public record FeedTimings(
        Duration silence,
        Duration report,
        Duration firstBackoff,
        Duration lastBackoff,
        Duration probe,
        Duration farewell) {
    /** Those of the protocol. */
    public static final FeedTimings DEFAULTS =
            new FeedTimings(
                    Duration.ofSeconds(5),
                    Duration.ofMillis(500),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1));
}
