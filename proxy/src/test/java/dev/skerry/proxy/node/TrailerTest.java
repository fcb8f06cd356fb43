package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Trailer fields (RFC 9110 §6.5) travel beside a body that is passed on as it comes. */
class TrailerTest extends NodeScene {
    private static final String WANTED = "TE: trailers";

    private static Reply summed(Reply reply) {
        return reply.pattern(1, 100_000)
                .chunked()
                .trailer("X-Sum", "\u00e9 1")
                .trailer("Expires", "0")
                .trailer("x-sum", "2");
    }

    @Test
    void missPassesThemOnAndAHitHasNone() throws Exception {
        origin.on("/a", summed(cacheable().field("Trailer", "X-Sum")));

        RawResponse miss = get("/a", WANTED, "Connection: TE");
        RawResponse hit = get("/a", WANTED);

        assertPattern(1, 100_000, miss);
        assertEquals(List.of("X-Sum: \u00e9 1", "x-sum: 2"), miss.trailers());
        assertEquals("X-Sum", miss.field("Trailer"));
        assertEquals(List.of(), hit.trailers());
        assertEquals("100000", hit.field("Content-Length"));
        assertEquals("trailers", origin.requests().getFirst().field("TE"));
        assertEquals("TE", origin.requests().getFirst().field("Connection"));
    }

    @Test
    void whoDoesNotSayThatItTakesThemGetsNone() throws Exception {
        origin.on("/a", summed(cacheable()));

        RawResponse miss = get("/a");

        assertPattern(1, 100_000, miss);
        assertEquals(List.of(), miss.trailers());
        assertNull(origin.requests().getFirst().field("TE"));
    }

    @Test
    void followersAndPassesGetThem() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", summed(cacheable()).stallAfter(50_000, rest));
        RawClient leader = ask("/a", WANTED);
        origin.awaitRequests(1);
        RawClient follower = ask("/a", WANTED);
        RawResponse head = follower.readHead();
        rest.open();

        List<String> trailers = List.of("X-Sum: \u00e9 1", "x-sum: 2");
        assertEquals(trailers, follower.readBody(head, OutputStream.nullOutputStream()));
        assertEquals(trailers, leader.readResponse().trailers());
        assertEquals(1, origin.requests().size());

        origin.on("/b", summed(Reply.ok()));
        assertEquals(trailers, send("POST", "/b", "data", WANTED).trailers());
    }

    @Test
    void clientOfHttp10GetsTheBodyAlone() throws Exception {
        origin.on("/a", Reply.ok().body("text").chunked().trailer("X-Sum", "1"));
        try (RawClient client = client()) {
            client.send("GET /a HTTP/1.0\r\nHost: localhost\r\nTE: trailers\r\n\r\n");

            String all = client.readToEnd();

            assertEquals("\r\n\r\ntext", all.substring(all.length() - 8));
        }
    }
}
