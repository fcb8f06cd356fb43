package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long may a response be served stale, and when not at all? RFC 5861, RFC 9111 §4.2.4. */
@Tag("slow")
class StaleWindowsTest extends TimedScene {
    private static Reply old(String control) {
        return Reply.ok().field("Cache-Control", control).field("ETag", "\"1\"").body("old");
    }

    private static Reply young() {
        return cacheable().field("ETag", "\"2\"").body("new");
    }

    @Test
    void staleWhileRevalidateEndsWithItsWindow() throws Exception {
        origin.on("/last", old("max-age=10, stale-while-revalidate=20"), young());
        origin.on("/past", old("max-age=10, stale-while-revalidate=20"), young());
        get("/last");
        pass(29);
        RawResponse last = get("/last");
        assertEquals("old", last.text());
        assertTrue(status(last).contains("ttl=-19"), status(last));
        idle();
        assertEquals("new", get("/last").text());

        get("/past");
        pass(30);
        assertEquals("new", get("/past").text());
        assertEquals(2, asked("/past"));
    }

    @Test
    void staleWhileRevalidateIsForNobodyWhereStaleIsForbidden() throws Exception {
        for (String strict :
                List.of("must-revalidate", "proxy-revalidate", "s-maxage=10", "no-cache")) {
            String target = "/" + strict;
            origin.on(target, old("max-age=10, stale-while-revalidate=50, " + strict), young());
            get(target);
            pass(11);
            assertEquals("new", get(target).text(), strict);
        }
    }

    @Test
    void aRefreshThatFailsLeavesTheWindowAsItWas() throws Exception {
        origin.on(
                "/a",
                old("max-age=10, stale-while-revalidate=20, stale-if-error=0"),
                Reply.status(503),
                Reply.status(503));
        get("/a");
        pass(15);
        assertEquals("old", get("/a").text());
        idle();
        pass(5);
        assertEquals("old", get("/a").text());
        idle();
        assertEquals(3, asked("/a"));
        pass(10);
        assertEquals(503, get("/a").status());
    }

    @Test
    void staleIfErrorEndsWithItsWindow() throws Exception {
        for (int status : List.of(500, 502, 503, 504)) {
            String target = "/" + status;
            origin.on(target, old("max-age=10, stale-if-error=20"), Reply.status(status));
            get(target);
            pass(29);
            RawResponse stale = get(target);
            assertEquals("old", stale.text());
            assertEquals("29", age(stale));
            pass(1);
            assertEquals(status, get(target).status());
        }
    }

    @Test
    void whatIsNoServerErrorIsTheAnswer() throws Exception {
        for (int status : List.of(400, 404, 410, 429, 501)) {
            String target = "/" + status;
            origin.on(target, old("max-age=10, stale-if-error=20"), Reply.status(status));
            get(target);
            pass(11);
            assertEquals(status, get(target).status());
        }
    }

    @Test
    void withoutAWordOfTheOriginAnHourIsTheWindow() throws Exception {
        origin.on("/a", old("max-age=10"), Reply.status(503));
        get("/a");
        pass(3609);
        assertEquals("old", get("/a").text());
        pass(1);
        assertEquals(503, get("/a").status());
    }

    @Test
    void staleIfErrorIsForNobodyWhereStaleIsForbidden() throws Exception {
        for (String strict :
                List.of("must-revalidate", "proxy-revalidate", "s-maxage=10", "no-cache")) {
            String target = "/" + strict;
            origin.on(
                    target,
                    old("max-age=10, stale-if-error=100, " + strict),
                    Reply.status(503).body("busy"),
                    Reply.ok().resetBeforeHead());
            get(target);
            pass(11);
            assertEquals("busy", get(target).text(), strict);
            RawResponse failed = get(target);
            assertEquals(504, failed.status(), strict);
            assertTrue(status(failed).endsWith("; detail=reset"), status(failed));
        }
    }

    @Test
    void anImmutableResponseIsValidatedWhenItsLifetimeIsOver() throws Exception {
        origin.on("/a", old("max-age=10, immutable"), young());
        assertTrue(reusedAfter(9, "/a"));
        pass(1);
        assertEquals("new", get("/a").text());
        assertEquals("\"1\"", origin.requests("/a").getLast().field("If-None-Match"));
    }
}
