package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Cache-Control of requests (RFC 9111 §5.2.1), where a site lets them decide. */
@Tag("slow")
class RequestDirectivesTest extends NodeScene {
    private static final String HONOUR = "defaults: {client-cache-control: honour}";

    @Test
    void onlyIfCachedIsAnsweredFromTheStoreOrNotAtAll() throws Exception {
        withSite(HONOUR);
        origin.on("/a", cacheable().body("x"));

        RawResponse cold = get("/a", "Cache-Control: only-if-cached");
        assertEquals(504, cold.status());
        assertEquals("edge-1; detail=only-if-cached", status(cold));
        assertEquals(0, origin.requests().size());

        get("/a");
        assertEquals("x", get("/a", "Cache-Control: only-if-cached").text());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void onlyIfCachedTakesNothingThatWouldHaveToBeValidated() throws Exception {
        withSite(HONOUR);
        origin.on("/a", stale("").field("ETag", "\"1\"").body("old"));
        get("/a");

        assertEquals(504, get("/a", "Cache-Control: only-if-cached").status());
        assertEquals(504, head("/a", "Cache-Control: only-if-cached").status());
        assertEquals("old", get("/a", "Cache-Control: only-if-cached, max-stale").text());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void maxStaleMinFreshAndMaxAgeSayWhatWillDo() throws Exception {
        withSite(HONOUR);
        origin.on("/stale", stale(", stale-if-error=0").body("old"), Reply.ok().body("new"));
        origin.on("/fresh", cacheable().field("Age", "500").body("old"), Reply.ok().body("new"));
        get("/stale");
        get("/fresh");

        assertEquals("old", get("/stale", "Cache-Control: max-stale=110").text());
        assertEquals("old", get("/fresh", "Cache-Control: min-fresh=400").text());
        assertEquals("old", get("/fresh", "Cache-Control: max-age=600").text());
        assertEquals("new", get("/stale", "Cache-Control: max-stale=90").text());
        RawResponse fetched = get("/fresh", "Cache-Control: min-fresh=600");
        assertEquals("new", fetched.text());
        assertTrue(
                status(fetched).startsWith("edge-1; fwd=request; fwd-status=200"), status(fetched));
    }

    @Test
    void requestThatIsNotToBeStoredHoldsNobodyElseUp() throws Exception {
        withSite(HONOUR);
        origin.on("/a", cacheable().body("x"));

        RawResponse secret = get("/a", "Cache-Control: no-store");
        RawResponse next = get("/a");

        assertEquals(
                "edge-1; fwd=request; fwd-status=200; detail=request-no-store", status(secret));
        assertEquals("edge-1; fwd=uri-miss; fwd-status=200; stored; detail=cold", status(next));
    }

    @Test
    void aSiteThatSaysNothingLetsNoRequestDecide() throws Exception {
        origin.on("/a", cacheable().body("x"));

        assertEquals(200, get("/a", "Cache-Control: only-if-cached").status());
        for (String directive : new String[] {"no-cache", "max-age=0", "min-fresh=5000"}) {
            assertTrue(status(get("/a", "Cache-Control: " + directive)).contains("; hit"));
        }
        assertEquals(1, origin.requests().size());
    }
}
