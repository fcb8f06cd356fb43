package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How old is a response? RFC 9111 §4.2.3 and §5.1, with clocks of all kinds. */
@Tag("slow")
class AgeArithmeticTest extends TimedScene {
    @Test
    void aMissHasTheAgeThatCameFromUpstreamAndAHitTheTrueOne() throws Exception {
        // Sent 200 s ago by its Date, 77 s ago by its Age: the larger counts (§4.2.3).
        origin.on("/a", cacheable().field("Date", date(-200)).field("Age", "77").body("x"));
        origin.on("/b", cacheable().field("Date", date(-70)).field("Age", "77").body("x"));
        origin.on("/c", cacheable().field("Date", date(0)).body("x"));

        assertEquals("77", age(get("/a")));
        assertEquals("77", age(get("/b")));
        assertNull(get("/c").field("Age"));
        pass(8);
        assertEquals("208", age(get("/a")));
        assertEquals("85", age(get("/b")));
        assertEquals("8", age(get("/c")));
    }

    @Test
    void theTimeThatTheOriginTookCounts() throws Exception {
        origin.on(
                "/a",
                request -> {
                    pass(6);
                    return cacheable().field("Age", "10").body("x");
                });
        get("/a");
        pass(1);
        assertEquals("17", age(get("/a")));
    }

    @Test
    void aResponseGrowsOlderWhileItsBodyComes() throws Exception {
        Gate rest = gate("rest");
        origin.on(
                "/a",
                Reply.ok()
                        .field("Cache-Control", "max-age=60")
                        .pattern(1, 300_000)
                        .stallAfter(1000, rest));
        RawClient first = ask("/a");
        assertNull(first.readHead().field("Age"));
        pass(59);
        RawClient second = ask("/a");
        assertEquals("59", second.readHead().field("Age"));
        assertEquals(1, asked("/a"));

        pass(1);
        RawClient third = ask("/a");

        // Stale by now, however much of it is still to come.
        origin.awaitRequests(2);
        assertNull(third.readHead().field("Age"));
        rest.open();
        for (RawClient client : List.of(first, second, third)) {
            assertArrayEquals(PatternBytes.range(1, 0, 300_000), client.readBytes(300_000));
        }
    }

    @Test
    void anOriginWhoseClockIsFastGivesNoNegativeAge() throws Exception {
        origin.on("/a", cacheable().field("Date", date(5000)).body("x"));
        get("/a");
        pass(3);
        assertEquals("3", age(get("/a")));
    }

    @Test
    void anOriginWhoseClockIsSlowMakesItsResponsesOlder() throws Exception {
        origin.on("/a", cacheable().field("Date", date(-990)).body("x"));
        assertTrue(reusedAfter(9, "/a"));
        pass(1);
        get("/a");
        assertEquals(2, asked("/a"));
    }

    @Test
    void noJumpOfTheWallClockChangesAnAge() throws Exception {
        origin.on("/a", cacheable().field("Date", date(0)).body("x"));
        get("/a");
        pass(5);
        clock.jumpWall(Duration.ofDays(-1));
        assertEquals("5", age(get("/a")));
        clock.jumpWall(Duration.ofDays(400));
        assertEquals("5", age(get("/a")));
        assertEquals(1, asked("/a"));
    }

    @Test
    void ofSeveralAgesTheFirstCountsAndAnInvalidOneIsNone() throws Exception {
        for (String none : List.of("abc", "-5000", "5000.0", "5000;a=b", "5000 5000", "\"5000\"")) {
            String target = "/" + none.hashCode();
            origin.on(target, cacheable().field("Age", none).body("x"));
            assertTrue(reusedAfter(4, target), none);
            assertEquals("4", age(get(target)), none);
        }
        origin.on("/list", cacheable().field("Age", "20, 5000").body("x"));
        origin.on("/lines", cacheable().field("Age", "20").field("Age", "5000").body("x"));
        for (String target : List.of("/list", "/lines")) {
            assertTrue(reusedAfter(4, target), target);
            assertEquals("24", age(get(target)), target);
        }
    }

    @Test
    void anAgeThatNoNumberHoldsIsVeryOld() throws Exception {
        for (String huge :
                List.of(
                        "2147483647",
                        "2147483648",
                        "2147483649",
                        "9223372036854775808",
                        "9".repeat(40))) {
            String target = "/" + huge;
            origin.on(target, cacheable().field("Age", huge).body("x"));
            assertFalse(reusedAfter(0, target), huge);
        }
    }

    @Test
    void aLifetimeThatNoNumberHoldsIsVeryLong() throws Exception {
        for (String huge : List.of("2147483648", "9223372036854775808", "9".repeat(40))) {
            String target = "/" + huge;
            origin.on(target, Reply.ok().field("Cache-Control", "max-age=" + huge).body("x"));
            assertTrue(reusedAfter(100_000_000, target), huge);
        }
    }

    @Test
    void dateAndExpiresStayAsTheyCame() throws Exception {
        String date = date(-30);
        String expires = date(570);
        origin.on("/a", Reply.ok().field("Date", date).field("Expires", expires).body("x"));
        origin.on("/none", cacheable().body("x"));
        String received = date(0);
        get("/a");
        get("/none");
        pass(500);

        RawResponse hit = get("/a");
        assertEquals(date, hit.field("Date"));
        assertEquals(expires, hit.field("Expires"));
        assertEquals("530", age(hit));
        assertEquals(received, get("/none").field("Date"));
        assertEquals(1, asked("/a"));
    }

    @Test
    void expiresCountsFromDateWhateverOurClockSays() throws Exception {
        // 60 s by the origin's clock, which is an hour slow: it was 3600 s old when it came.
        origin.on(
                "/slow",
                Reply.ok().field("Date", date(-3600)).field("Expires", date(-3540)).body("x"));
        // 60 s by a clock that is an hour fast.
        for (String target : List.of("/fast", "/past")) {
            origin.on(
                    target,
                    Reply.ok().field("Date", date(3600)).field("Expires", date(3660)).body("x"));
        }
        assertFalse(reusedAfter(0, "/slow"));
        assertTrue(reusedAfter(59, "/fast"));
        assertFalse(reusedAfter(60, "/past"));
    }
}
