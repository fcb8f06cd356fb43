package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** May one client's response answer another? RFC 9111 §3, §3.5, §5.2.2.3 and §7.3. */
@Tag("slow")
class WhatMayBeSharedTest extends TimedScene {
    private boolean reused(int status, String control, String... lines) throws Exception {
        String target = "/" + status + "/" + control.hashCode() + lines.length;
        origin.on(target, Reply.status(status).field("Cache-Control", control).body("x"));
        return reusedAfter(1, target, lines);
    }

    @Test
    void mustUnderstandLiftsNoStoreWhereTheStatusIsKnown() throws Exception {
        assertTrue(reused(200, "no-store, must-understand, max-age=100"));
        assertTrue(reused(404, "must-understand, max-age=100, no-store"));
        assertTrue(reused(503, "must-understand, max-age=100"));
        assertFalse(reused(200, "no-store, max-age=100"));
    }

    @Test
    void mustUnderstandForbidsStoringAnUnknownStatus() throws Exception {
        assertFalse(reused(299, "must-understand, max-age=100"));
        assertFalse(reused(499, "no-store, must-understand, max-age=100"));
        assertTrue(reused(299, "max-age=100"));
        assertTrue(reused(499, "max-age=100"));
    }

    @Test
    void credentialsNeedThePermissionOfTheOrigin() throws Exception {
        String me = "Authorization: Basic bWU6aGVyZQ==";
        assertFalse(reused(200, "max-age=100", me));
        assertFalse(reused(200, "max-age=100, proxy-revalidate", me));
        assertTrue(reused(200, "max-age=100, public", me));
        assertTrue(reused(200, "max-age=100, must-revalidate", me));
        assertTrue(reused(200, "s-maxage=100", me));
    }

    @Test
    void credentialsReachTheOriginAndAreNoPartOfTheKey() throws Exception {
        origin.on("/a", cacheable().field("Cache-Control", "public").body("x"));
        get("/a", "Authorization: one");
        assertEquals("one", origin.requests("/a").getFirst().field("Authorization"));
        get("/a", "Authorization: two");
        get("/a");
        assertEquals(1, asked("/a"));
    }

    @Test
    void aRequestWithCredentialsGetsWhatIsStored() throws Exception {
        origin.on("/a", cacheable().body("x"));
        get("/a");
        get("/a", "Authorization: any");
        assertEquals(1, asked("/a"));
    }

    @Test
    void cookiesAreSharedOnlyWhereFreshnessIsSaid() throws Exception {
        origin.on("/said", cacheable().field("Set-Cookie", "a=b").body("x"));
        origin.on(
                "/guessed",
                Reply.ok()
                        .field("Date", date(0))
                        .field("Last-Modified", date(-100_000))
                        .field("Set-Cookie", "a=b")
                        .body("x"));
        assertTrue(reusedAfter(1, "/said"));
        assertFalse(reusedAfter(1, "/guessed"));
    }

    @Test
    void namedFieldsOfPrivateAndNoCacheAreNotStored() throws Exception {
        for (String word : List.of("private", "no-cache")) {
            String target = "/" + word;
            origin.on(
                    target,
                    Reply.ok()
                            .field("Cache-Control", "max-age=100, " + word + "=\"x-me, x-too\"")
                            .field("X-Me", "1")
                            .field("X-Too", "2")
                            .field("X-All", "3")
                            .body("x"));
            assertEquals("1", get(target).field("X-Me"));
            var hit = get(target);
            assertEquals("3", hit.field("X-All"));
            assertEquals(List.of(), hit.fields("X-Me"));
            assertEquals(List.of(), hit.fields("X-Too"));
            assertEquals(1, asked(target));
        }
    }
}
