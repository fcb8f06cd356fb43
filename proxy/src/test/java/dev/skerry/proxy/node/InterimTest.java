package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Interim responses (RFC 9110 §15.2, RFC 8297) reach everybody who waits for a fetch. */
@Tag("slow")
class InterimTest extends NodeScene {
    private static final String STYLE = "</s.css>; rel=preload";

    @Test
    void whoJoinsTheLineLaterGetsWhatCameBefore() throws Exception {
        Gate head = gate("head");
        origin.on(
                "/a",
                cacheable()
                        .interim(102)
                        .interim(103, "Link", STYLE)
                        .body("x")
                        .stallBeforeHead(head));
        RawClient leader = ask("/a");
        assertHints(leader);

        RawClient follower = ask("/a");
        assertHints(follower);
        head.open();

        for (RawClient client : List.of(leader, follower)) {
            RawResponse last = client.readResponse();
            assertEquals(List.of(), last.interims());
            assertEquals("x", last.text());
        }
        assertEquals(1, origin.requests().size());
    }

    private static void assertHints(RawClient client) throws Exception {
        assertEquals(102, client.readHead().status());
        RawResponse hints = client.readHead();
        assertEquals(List.of("HTTP/1.1 103 Early Hints", "Link: " + STYLE), hints.lines());
    }

    @Test
    void everybodyInLineGetsThemAsTheyCome() throws Exception {
        Gate hints = gate("hints");
        Gate head = gate("head");
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: " + STYLE + "\r\n\r\n";
        String last = "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nContent-Length: 1\r\n\r\nx";
        origin.on(
                "/a",
                Reply.raw(interim + last).stallAfter(0, hints).stallAfter(interim.length(), head));
        RawClient leader = ask("/a");
        origin.awaitRequests(1);
        List<RawClient> followers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            followers.add(ask("/a"));
        }
        hints.open();

        assertEquals(STYLE, leader.readHead().field("Link"));
        for (RawClient follower : followers) {
            assertEquals(STYLE, follower.readHead().field("Link"));
        }
        head.open();
        for (RawClient follower : followers) {
            assertEquals("x", follower.readResponse().text());
        }
        assertEquals("x", leader.readResponse().text());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void lateFollowerGetsTheLastEight() throws Exception {
        Gate head = gate("head");
        Reply reply = cacheable();
        for (int i = 1; i <= 9; i++) {
            reply.interim(103, "Link", "</" + i + ">");
        }
        origin.on("/a", reply.body("x").stallBeforeHead(head));
        RawClient leader = ask("/a");
        for (int i = 1; i <= 9; i++) {
            assertEquals("</" + i + ">", leader.readHead().field("Link"));
        }

        RawClient follower = ask("/a");
        for (int i = 2; i <= 9; i++) {
            assertEquals("</" + i + ">", follower.readHead().field("Link"));
        }
        head.open();

        assertEquals("x", follower.readResponse().text());
    }

    @Test
    void followersThatAreSentBackGetThoseOfTheirOwnFetchAsWell() throws Exception {
        Gate head = gate("head");
        Reply personal = Reply.ok().field("Cache-Control", "private").body("mine");
        origin.on("/a", personal.interim(103, "Link", STYLE).stallBeforeHead(head));
        RawClient leader = ask("/a");
        leader.readHead();
        RawClient follower = ask("/a");
        assertEquals(103, follower.readHead().status());

        head.open();

        assertEquals("mine", leader.readResponse().text());
        RawResponse own = follower.readResponse();
        assertEquals("mine", own.text());
        assertEquals(1, own.interims().size());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void fieldsOfOneConnectionAndOursStayBehind() throws Exception {
        origin.on(
                "/a",
                cacheable()
                        .interim(
                                103,
                                "Connection",
                                "X-Hop",
                                "X-Hop",
                                "1",
                                "Keep-Alive",
                                "timeout=5",
                                "Content-Length",
                                "7",
                                "Surrogate-Key",
                                "red",
                                "Surrogate-Control",
                                "max-age=5",
                                "Skerry-Born",
                                "1",
                                "Link",
                                STYLE,
                                "Link",
                                "</b>")
                        .body("x"));

        RawResponse response = get("/a");

        assertEquals(
                List.of("HTTP/1.1 103 Early Hints", "Link: " + STYLE, "Link: </b>"),
                response.interims().getFirst().lines());
    }

    @Test
    void fieldThatTheSiteRemovesIsRemovedAndNoneIsAdded() throws Exception {
        withSite(
                """
                defaults:
                  response-fields: {remove: [X-Machine], set: {X-Served: skerry}}
                """);
        origin.on("/a", cacheable().interim(103, "X-Machine", "7", "Link", STYLE).body("x"));

        RawResponse response = get("/a");

        assertEquals(
                List.of("HTTP/1.1 103 Early Hints", "Link: " + STYLE),
                response.interims().getFirst().lines());
        assertEquals("skerry", response.field("X-Served"));
    }

    @Test
    void refreshBehindTellsNobody() throws Exception {
        origin.on("/a", stale(", stale-while-revalidate=1000").body("old"));
        get("/a");
        Gate refreshed = gate("refreshed");
        origin.on(
                "/a",
                cacheable().interim(103, "Link", STYLE).body("new").stallBeforeHead(refreshed));

        RawResponse served = get("/a");
        assertEquals("old", served.text());
        assertEquals(List.of(), served.interims());
        refreshed.open();

        Await.until("the refresh has ended", () -> metric("skerry_cache_fills") == 0);
        RawResponse hit = get("/a");
        assertEquals("new", hit.text());
        assertEquals(List.of(), hit.interims());
    }

    @Test
    void passedRequestGetsThem() throws Exception {
        origin.on(any -> true, any -> Reply.ok().interim(103, "Link", STYLE).body("done"));

        RawResponse response = send("POST", "/a", "data");

        assertEquals(103, response.interims().getFirst().status());
        assertEquals("done", response.text());
    }

    @Test
    void clientOfHttp10GetsNone() throws Exception {
        origin.on("/a", cacheable().interim(103, "Link", STYLE).body("x"));
        try (RawClient client = client()) {
            client.send("GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n");

            String all = client.readToEnd();

            assertTrue(all.startsWith("HTTP/1.1 200"), all);
        }
        assertEquals("x", get("/a").text());
    }

    @Test
    void leaderThatLeftTakesThemFromNobody() throws Exception {
        Gate head = gate("head");
        origin.on("/a", cacheable().interim(103, "Link", STYLE).body("x").stallBeforeHead(head));
        RawClient leader = ask("/a");
        leader.readHead();
        leader.reset();

        RawClient follower = ask("/a");
        assertEquals(103, follower.readHead().status());
        head.open();

        assertEquals("x", follower.readResponse().text());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void unknownOnesPassAndSwitchingProtocolsDoesNot() throws Exception {
        origin.on("/a", cacheable().interim(104, "Upload-Offset", "5").body("x"));
        origin.on("/b", Reply.raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"));

        assertEquals("5", get("/a").interims().getFirst().field("Upload-Offset"));
        assertEquals(502, get("/b").status());
    }
}
