package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes byte for byte: field values, the order of lines, targets. */
@Tag("slow")
class BytesTest extends NodeScene {
    /** Field lines that a response may have: {@code docs/limits.md}. */
    private static final int MAX_LINES = 500;

    /** Every byte of obs-text (RFC 9110 §5.5), and what else a value may hold. */
    static String octets() {
        StringBuilder octets = new StringBuilder("\"q\" ,;=\t\\ ");
        for (char c = 0x80; c <= 0xff; c++) {
            octets.append(c);
        }
        return octets.toString();
    }

    @Test
    void everyOctetOfAResponseFieldSurvivesMissCollapseAndHit() throws Exception {
        Gate head = gate("head");
        origin.on("/a", cacheable().field("X-Name", octets()).body("\u00e9").stallBeforeHead(head));
        RawClient leader = ask("/a");
        origin.awaitRequests(1);
        RawClient follower = ask("/a");
        head.open();

        assertEquals(octets(), leader.readResponse().field("X-Name"));
        assertEquals(octets(), follower.readResponse().field("X-Name"));
        assertEquals(octets(), get("/a").field("X-Name"));
        RawResponse hit = get("/a");
        assertEquals(octets(), hit.field("X-Name"));
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertEquals(octets(), head("/a").field("X-Name"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void everyOctetOfARequestFieldReachesTheOrigin() throws Exception {
        origin.on("/a", cacheable().field("Vary", "X-Name").body("x"));
        origin.on("/p", cacheable().body("x"));

        get("/a", "X-Name: " + octets());
        send("POST", "/p", "body", "X-Name: " + octets());
        get("/a", "X-Name: " + octets());
        // One octet makes another variant.
        get("/a", "X-Name: " + octets().replace('\u00e9', '\u00e8'));

        List<ReceivedRequest> seen = origin.requests();
        assertEquals(3, seen.size());
        assertEquals(octets(), seen.get(0).field("X-Name"));
        assertEquals(octets(), seen.get(1).field("X-Name"));
        assertEquals(octets().replace('\u00e9', '\u00e8'), seen.get(2).field("X-Name"));
    }

    @Test
    void linesOfOneNameKeepTheirOrderAndStayApart() throws Exception {
        String first = "a=1; Expires=Wed, 09 Jun 2100 10:18:14 GMT";
        origin.on(
                "/a",
                cacheable()
                        .field("Set-Cookie", first)
                        .field("X-Name", "3")
                        .field("x-name", "1, 2")
                        .field("Set-Cookie", "b=2")
                        .field("X-NAME", "")
                        .field("set-cookie", "a=1")
                        .field("X-Name", "3")
                        .body("x"));

        for (int i = 0; i < 2; i++) {
            RawResponse response =
                    get("/a", "X-Own: 2", "x-own: 1", "X-Other: 5", "X-OWN: 3, 2", "X-Own:");
            assertEquals(List.of(first, "b=2", "a=1"), response.fields("Set-Cookie"));
            assertEquals(List.of("3", "1, 2", "", "3"), response.fields("X-Name"));
        }
        assertEquals(1, origin.requests().size());
        assertEquals(List.of("2", "1", "3, 2", ""), origin.requests().getFirst().fields("X-Own"));
    }

    @Test
    void asManyResponseFieldsAsTheLimitAndNoMore() throws Exception {
        origin.on("/300", Reply.raw(manyFields(300)));
        origin.on("/most", Reply.raw(manyFields(MAX_LINES)));
        origin.on("/more", Reply.raw(manyFields(MAX_LINES + 1)));

        for (int i = 0; i < 2; i++) {
            assertFields(300 - 2, get("/300"));
            assertFields(MAX_LINES - 2, get("/most"));
        }
        assertEquals(502, get("/more").status());
        assertEquals(1, origin.requests("/300").size());
        assertEquals(1, origin.requests("/most").size());
    }

    private static String manyFields(int lines) {
        StringBuilder response =
                new StringBuilder(
                        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nCache-Control: max-age=99\r\n");
        for (int i = 0; i < lines - 2; i++) {
            response.append("X-Field-").append(i).append(": ").append(i).append("\r\n");
        }
        return response.append("\r\nx").toString();
    }

    private static void assertFields(int count, RawResponse response) {
        assertEquals("x", response.text());
        for (int i = 0; i < count; i++) {
            assertEquals(List.of(Integer.toString(i)), response.fields("X-Field-" + i));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a?",
                "/a??",
                "/a?b=%7e",
                "/a?b=~",
                "/a?a&&b=&=c",
                "/a?x=|^'\"<>{}`[]",
                "/a//b",
                "//a/b/",
                "/%E2%82%AC",
                "/%e2%82%ac",
                "/\u00e2\u0082\u00ac",
                "/a%2Fb",
                "/a;b|^'\"<>{}",
                "/a.b/..c/.../"
            })
    void targetReachesTheOriginAsItCame(String target) throws Exception {
        origin.on(any -> true, request -> cacheable().body(request.target()));

        for (int i = 0; i < 2; i++) {
            RawResponse response = get(target);
            assertEquals(200, response.status());
        }

        assertEquals(1, origin.requests().size());
        assertEquals(target, origin.requests().getFirst().target());
    }

    @Test
    void targetsThatDifferInAByteAreStoredApart() throws Exception {
        origin.on(any -> true, request -> cacheable().body(request.target()));
        List<String> targets = List.of("/a", "/a?", "/a??", "/a//", "/a/", "//a", "/A", "/a?b=%7E");

        for (int i = 0; i < 2; i++) {
            for (String target : targets) {
                assertEquals(target, get(target).text());
            }
        }

        assertEquals(targets, origin.requests().stream().map(ReceivedRequest::target).toList());
    }
}
