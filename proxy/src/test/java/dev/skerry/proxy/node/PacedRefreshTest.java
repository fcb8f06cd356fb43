package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.RefreshPace;
import dev.skerry.config.protocol.PaceOrder;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Reply;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PURGE.md, P5: a soft purge serves stale only as its words say, at whatever pace. */
class PacedRefreshTest extends TimedScene {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @BeforeEach
    void storeSome() throws Exception {
        for (String target : new String[] {"/a", "/b", "/c"}) {
            origin.on(target, window("old"));
            get(target);
            origin.on(target, window("new"));
        }
    }

    private static Reply window(String body) {
        return Reply.ok()
                .field("Cache-Control", "max-age=100000, stale-while-revalidate=10000")
                .body(body);
    }

    @Test
    void oneIsRefreshedInEachIntervalAndTheOthersAreServedStale() throws Exception {
        pace(SECOND);
        purge(Scope.EVERYTHING, "", Mode.SOFT);
        for (int i = 0; i < 5; i++) {
            // Whoever asks when a refresh is due has it.
            assertEquals(i == 0 ? "old" : "new", get("/a").text());
            assertEquals("old", get("/b").text());
            idle();
        }
        assertEquals(1, asked("/b"));
        assertTrue(status(get("/c")).contains("stale"), status(get("/c")));
        pass(1);
        assertEquals("old", get("/b").text());
        idle();
        assertEquals("new", get("/b").text());
        assertEquals(1, asked("/c"));
        pass(1);
        get("/c");
        idle();
        assertEquals("new", get("/c").text());
    }

    @Test
    void pastItsStaleWindowNothingIsServedWhateverThePace() throws Exception {
        pace(1000 * SECOND);
        purge(Scope.EVERYTHING, "", Mode.SOFT);
        get("/a");
        idle();
        pass(9_999);
        pace(1000 * SECOND);
        get("/a");
        assertEquals("old", get("/b").text());
        pass(1);
        assertEquals("new", get("/b").text());
        assertEquals("new", get("/c").text());
    }

    @Test
    void whatAHardPurgeKilledIsFetchedAtOnce() throws Exception {
        pace(1000 * SECOND);
        purge(Scope.EVERYTHING, "", Mode.SOFT);
        get("/a");
        purge(Scope.EVERYTHING, "", Mode.HARD);
        assertEquals("new", get("/b").text());
        assertEquals("new", get("/c").text());
    }

    @Test
    void aPaceEndsByItself() throws Exception {
        pace(RefreshPace.LASTS_NANOS);
        purge(Scope.EVERYTHING, "", Mode.SOFT);
        get("/a");
        idle();
        clock.advance(Duration.ofNanos(RefreshPace.LASTS_NANOS - 1));
        assertEquals("old", get("/b").text());
        idle();
        assertEquals("old", get("/b").text());
        clock.advance(Duration.ofNanos(1));
        get("/b");
        get("/c");
        idle();
        assertEquals("new", get("/b").text());
        assertEquals("new", get("/c").text());
    }

    private void pace(long intervalNanos) {
        assertEquals(PaceOrder.TAKEN, node.answer(new PaceOrder("default", intervalNanos).json()));
    }
}
