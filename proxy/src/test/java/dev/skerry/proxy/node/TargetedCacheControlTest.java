package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whom does the origin address with its directives? RFC 9213, and the older Surrogate-Control. */
@Tag("slow")
class TargetedCacheControlTest extends TimedScene {
    private int targets;

    /** Whether a response with these fields is reused so many seconds later. */
    private boolean reused(long seconds, String... fields) throws Exception {
        String target = "/" + targets++;
        Reply reply = Reply.ok().field("Date", date(0)).body("x");
        for (int i = 0; i < fields.length; i += 2) {
            reply.field(fields[i], fields[i + 1]);
        }
        origin.on(target, reply);
        return reusedAfter(seconds, target);
    }

    @Test
    void itsLifetimeCountsAlone() throws Exception {
        assertTrue(reused(299, "CDN-Cache-Control", "max-age=300"));
        assertFalse(reused(300, "CDN-Cache-Control", "max-age=300"));
        assertTrue(reused(1000, "CDN-Cache-Control", "max-age=2147483648"));
        assertTrue(reused(1000, "CDN-Cache-Control", "max-age=888888888888888"));
        assertFalse(reused(0, "CDN-Cache-Control", "max-age=0"));
        assertFalse(reused(1, "CDN-Cache-Control", "max-age=300", "Age", "300"));
        assertTrue(reused(1, "CDN-Cache-Control", "whatever, max-age=300, more=(1 2);x"));
    }

    @Test
    void cacheControlAndExpiresAreNotReadBesideIt() throws Exception {
        String[] longer = {"CDN-Cache-Control", "max-age=300"};
        assertTrue(reused(100, with(longer, "Cache-Control", "max-age=20")));
        assertTrue(reused(100, with(longer, "Cache-Control", "no-store")));
        assertTrue(reused(100, with(longer, "Cache-Control", "private, no-cache")));
        assertTrue(reused(100, with(longer, "Expires", date(-5000))));
        assertTrue(reused(100, with(longer, "Expires", "0")));
        String[] shorter = {"CDN-Cache-Control", "max-age=20"};
        assertFalse(reused(100, with(shorter, "Cache-Control", "max-age=3000")));
        assertFalse(reused(100, with(shorter, "Cache-Control", "s-maxage=3000, public")));
        assertFalse(reused(100, with(shorter, "Expires", date(5000))));
    }

    @Test
    void whatItForbidsIsForbidden() throws Exception {
        for (String directive : List.of("no-store", "private", "no-cache", "no-store=?1")) {
            assertFalse(
                    reused(
                            0,
                            "CDN-Cache-Control",
                            directive,
                            "Cache-Control",
                            "max-age=500",
                            "Expires",
                            date(500)),
                    directive);
        }
        assertTrue(reused(0, "CDN-Cache-Control", "no-store=?0, max-age=5"));
    }

    @Test
    void asAnInvalidStructuredFieldItIsIgnored() throws Exception {
        for (String invalid :
                List.of(
                        "max-age=500, ^^",
                        "max-age=\"500\"",
                        "max-age=500.0",
                        "max-age=-1",
                        "max-age",
                        "max-age =500",
                        "max-age= 500",
                        "Max-Age=500",
                        "max-age=500,",
                        "max-age=1234567890123456",
                        "no-store=1, max-age=500",
                        "max-age=500;=x",
                        "")) {
            assertFalse(reused(0, "CDN-Cache-Control", invalid, "Cache-Control", "no-store"));
            assertTrue(reused(90, "CDN-Cache-Control", invalid, "Cache-Control", "max-age=100"));
        }
    }

    @Test
    void ofARepeatedKeyTheLastCountsAsInAnyDictionary() throws Exception {
        assertFalse(reused(90, "CDN-Cache-Control", "max-age=500, max-age=30"));
        assertTrue(
                reused(90, "CDN-Cache-Control", "max-age=30", "CDN-Cache-Control", "max-age=500"));
    }

    @Test
    void itGoesOnToTheClientAndSurrogateControlDoesNot() throws Exception {
        origin.on(
                "/a",
                Reply.ok()
                        .field("CDN-Cache-Control", "max-age=300")
                        .field("Surrogate-Control", "max-age=200")
                        .field("Cache-Control", "max-age=100")
                        .body("x"));
        RawResponse miss = get("/a");
        pass(250);
        for (RawResponse response : List.of(miss, get("/a"))) {
            assertEquals("max-age=300", response.field("CDN-Cache-Control"));
            assertEquals("max-age=100", response.field("Cache-Control"));
            assertNull(response.field("Surrogate-Control"));
        }
        assertEquals(1, asked("/a"));
    }

    @Test
    void ageDateAndExpiresStayTrueBeyondTheClientsLifetime() throws Exception {
        String date = date(-2);
        String expires = date(58);
        origin.on(
                "/a",
                Reply.ok()
                        .field("CDN-Cache-Control", "max-age=1000")
                        .field("Cache-Control", "max-age=60")
                        .field("Date", date)
                        .field("Expires", expires)
                        .body("x"));
        get("/a");
        pass(600);

        RawResponse hit = get("/a");
        assertEquals("602", age(hit));
        assertEquals(date, hit.field("Date"));
        assertEquals(expires, hit.field("Expires"));
        assertEquals(1, asked("/a"));
    }

    @Test
    void surrogateControlGoesBeforeCacheControlOnly() throws Exception {
        assertTrue(reused(90, "Surrogate-Control", "max-age=100", "Cache-Control", "no-store"));
        assertFalse(
                reused(90, "CDN-Cache-Control", "max-age=30", "Surrogate-Control", "max-age=100"));
        assertTrue(reused(90, "Surrogate-Control", "what", "Cache-Control", "max-age=100"));
        assertFalse(reused(0, "Surrogate-Control", "no-store", "Cache-Control", "max-age=100"));
    }

    @Test
    void surrogateControlThatNamesASurrogateIsObeyed() throws Exception {
        assertTrue(
                reused(90, "Surrogate-Control", "max-age=100;some", "Cache-Control", "no-store"));
        assertFalse(
                reused(0, "Surrogate-Control", "no-store;some", "Cache-Control", "max-age=100"));
    }

    private static String[] with(String[] fields, String name, String value) {
        return new String[] {fields[0], fields[1], name, value};
    }
}
