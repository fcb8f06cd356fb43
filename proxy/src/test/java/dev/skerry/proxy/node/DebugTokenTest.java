package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawResponse;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who shows the token is told the cache key (RFC 9211 §2.7). */
@Tag("slow")
class DebugTokenTest extends NodeScene {
    private static final String TOKEN = "a-debug-token-of-some-length";
    private static final String SHOWN = "Skerry-Debug: " + TOKEN;

    @BeforeEach
    void startWithToken() throws Exception {
        debugToken = Files.writeString(directory.resolve("debug.token"), TOKEN + "\n");
        withSite("");
    }

    @Test
    void missAndHitTellTheSameKey() throws Exception {
        origin.on("/a?b=%22", cacheable().body("a"));

        RawResponse miss = get("/a?b=%22", SHOWN);
        RawResponse hit = get("/a?b=%22", SHOWN);
        RawResponse part = get("/a?b=%22", SHOWN, "Range: bytes=0-0");

        assertTrue(status(miss).startsWith("edge-1; fwd=uri-miss; fwd-status=200"), status(miss));
        assertTrue(status(hit).startsWith("edge-1; hit; ttl="), status(hit));
        assertEquals("a", hit.text());
        assertEquals(206, part.status());
        assertEquals(key(miss), key(hit));
        assertEquals(key(miss), key(part));
        assertTrue(Pattern.matches("http://localhost/a\\?b=%22 [0-9a-f]{32}", key(hit)), key(hit));
        assertNull(origin.requests().getFirst().field("Skerry-Debug"));
    }

    @Test
    void nobodyElseIsTold() throws Exception {
        origin.on("/a", cacheable().field("Vary", "Skerry-Debug").body("a"));

        for (String[] lines :
                new String[][] {
                    {},
                    {"Skerry-Debug: " + TOKEN + "x"},
                    {"Skerry-Debug: "},
                    {SHOWN, "Skerry-Debug: other"}
                }) {
            RawResponse response = get("/a", lines);
            assertFalse(status(response).contains("key="), status(response));
            assertNull(response.field("Skerry-Debug"));
        }
        assertTrue(status(get("/a", SHOWN)).startsWith("edge-1; hit"));
        assertEquals(1, origin.requests().size()); // nothing was selected by it
        assertNull(origin.requests().getFirst().field("Skerry-Debug"));
    }

    @Test
    void aNodeWithoutATokenTellsNobody() throws Exception {
        debugToken = null;
        withSite("");
        origin.on("/a", cacheable().body("a"));

        assertFalse(status(get("/a", SHOWN)).contains("key="));
        assertFalse(status(get("/a", "Skerry-Debug: ")).contains("key="));
        assertNull(origin.requests().getFirst().field("Skerry-Debug"));
    }

    private static String key(RawResponse response) {
        String member = status(response);
        int from = member.indexOf("; key=\"") + 7;
        return member.substring(from, member.indexOf('"', from));
    }
}
