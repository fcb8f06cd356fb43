package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.testkit.Reply;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What else does a change invalidate? RFC 9875, RFC 9111 §4.4. */
@Tag("slow")
class CacheGroupsTest extends TimedScene {
    private void grouped(String target, String groups) throws Exception {
        origin.on(target, cacheable().field("Cache-Groups", groups).body("x"));
        get(target);
    }

    /** A request for another target whose response invalidates groups. */
    private void change(String method, int status, String groups, String... lines)
            throws Exception {
        origin.on("/change", Reply.status(status).field("Cache-Group-Invalidation", groups));
        send(method, "/change", "", lines);
    }

    private void assertAsked(int times, String target, String... lines) throws Exception {
        get(target, lines);
        assertEquals(times, asked(target), target);
    }

    @Test
    void anUnsafeRequestInvalidatesTheGroupsThatItsResponseNames() throws Exception {
        grouped("/a", "\"one\", \"two\"");
        grouped("/b", "\"two\";kind=x, \"three\"");
        grouped("/c", "\"Two\", \"three\"");
        assertEquals("\"one\", \"two\"", get("/a").field("Cache-Groups"));

        change("POST", 200, "\"two\";a, \"none\"");

        assertAsked(2, "/a");
        assertAsked(2, "/b");
        assertAsked(1, "/c");
    }

    @Test
    void aSafeRequestOrAnErrorInvalidatesNoGroup() throws Exception {
        grouped("/a", "\"one\"");
        change("GET", 200, "\"one\"");
        change("OPTIONS", 200, "\"one\"");
        change("POST", 404, "\"one\"");
        change("PUT", 500, "\"one\"");
        assertAsked(1, "/a");
    }

    @Test
    void whatIsNoListOfStringsInvalidatesNothing() throws Exception {
        grouped("/a", "\"one\"");
        for (String odd : List.of("one", "\"one", "\"one\",", "1", "(\"one\")", "\"on\te\"")) {
            change("POST", 200, odd);
        }
        assertAsked(1, "/a");
    }

    @Test
    void groupsEndWhereTheOriginEnds() throws Exception {
        origin.on("/a", cacheable().field("Cache-Groups", "\"one\"").body("x"));
        get("/a", "Host: here.example");
        get("/a", "Host: there.example");

        change("POST", 200, "\"one\"", "Host: here.example");

        assertAsked(2, "/a", "Host: there.example");
        assertAsked(3, "/a", "Host: here.example");
    }

    @Test
    void aHundredAndTwentyEightGroupsOfAsManyCharactersAreKnown() throws Exception {
        String name = "n".repeat(125);
        String names =
                IntStream.range(100, 228)
                        .mapToObj(i -> '"' + name + i + '"')
                        .collect(Collectors.joining(", "));
        grouped("/a", names);
        change("POST", 200, '"' + name + "227\"");
        assertAsked(2, "/a");
        change("POST", 200, names);
        assertAsked(3, "/a");
    }

    @Test
    void everyMethodThatIsNotKnownToBeSafeInvalidatesItsTarget() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "PROPPATCH", "X-ANY")) {
            for (int status : List.of(200, 204, 303)) {
                String target = "/" + method + status;
                origin.on(
                        target,
                        request ->
                                request.method().equals("GET")
                                        ? cacheable().body("x")
                                        : Reply.status(status));
                get(target);
                send(method, target, "");
                assertAsked(3, target);
            }
        }
    }

    @Test
    void referencesToTheSameOriginAreInvalidAndNoOthers() throws Exception {
        origin.on("/a", cacheable().body("x"));
        origin.on("/b?q=1", cacheable().body("x"));
        origin.on("/c", cacheable().body("x"));
        for (String target : List.of("/a", "/b?q=1", "/c")) {
            get(target);
        }
        origin.on(
                "/dir/change",
                Reply.status(201)
                        .field("Location", "../a")
                        .field("Content-Location", "http://LOCALHOST:80/b?q=1"));
        send("POST", "/dir/change", "");
        origin.on(
                "/dir/far",
                Reply.status(201)
                        .field("Location", "http://other.example/c")
                        .field("Content-Location", "https://localhost/c"));
        send("POST", "/dir/far", "");

        assertAsked(2, "/a");
        assertAsked(2, "/b?q=1");
        assertAsked(1, "/c");
    }
}
