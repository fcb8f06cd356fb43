package dev.skerry.proxy.node;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A scene whose node has clocks that move only when a test says so. */
abstract class TimedScene extends NodeScene {
    final ManualClock clock = new ManualClock();

    @Override
    CachingNode start(NodeSettings settings) throws IOException {
        return CachingNode.start(
                settings,
                (site, parts) -> parts.origins(site),
                null,
                FeedTap.NONE,
                any -> List.of(),
                time());
    }

    TimeSource time() {
        return new TimeSource() {
            @Override
            public long nanoTime() {
                return clock.getAsLong();
            }

            @Override
            public long wallMillis() {
                return clock.millis();
            }
        };
    }

    void pass(long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    /** The date so many seconds from now, by the node's wall clock. */
    String date(long secondsFromNow) {
        return HttpDate.format(clock.millis() + 1000 * secondsFromNow);
    }

    /** How often the origin was asked for a target. */
    int asked(String target) {
        return origin.requests(target).size();
    }

    /** Waits until nothing is being fetched. */
    void idle() throws Exception {
        Await.until("no fetch is left", () -> metric("skerry_cache_fills") == 0);
    }

    /** Whether a second request, so many seconds after the first, is answered from the store. */
    boolean reusedAfter(long seconds, String target, String... lines) throws Exception {
        int before = asked(target);
        get(target, lines);
        pass(seconds);
        get(target, lines);
        return asked(target) == before + 1;
    }

    static String age(RawResponse response) {
        return field(response, "Age");
    }
}
