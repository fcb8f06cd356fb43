package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.Representation;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parts of responses that are stale or were purged. */
@Tag("slow")
class StalePartTest extends PartialScene {
    private static Representation expired(int version, String more) {
        return new Representation(version, LENGTH)
                .tag("\"v" + version + "\"")
                .field("Cache-Control", "max-age=50" + more)
                .field("Age", "150");
    }

    @Test
    void stalePartIsConfirmedByA304() throws Exception {
        serve(expired(1, ""));
        range("0-99");
        current.set(version(1));

        RawResponse confirmed = range("10-19");

        assertPart(confirmed, 1, 10, 20);
        assertEquals("\"v1\"", last().field("If-None-Match"));
        assertEquals("bytes=10-19", last().field("Range"));
        assertHit(range("0-99"));
        assertEquals(2, origin.requests().size());
    }

    @Test
    void stalePartOfSomethingElseIsReplaced() throws Exception {
        serve(expired(1, ""));
        range("0-99");
        current.set(version(2));

        assertPart(range("10-19"), 2, 10, 20);
        assertPart(range("0-99"), 2, 0, 100);
        assertEquals(List.of("0-99", "10-19", "0-9"), asked().subList(0, 3));
    }

    @Test
    void completionOfAStalePartConfirmsIt() throws Exception {
        serve(expired(1, ""));
        range("0-99");
        current.set(version(1));

        assertPart(range("0-199"), 1, 0, 200);

        assertHit(range("0-99"));
        assertEquals(List.of("0-99", "100-199"), asked());
    }

    @Test
    void stalePartIsServedWhileOneConditionalRequestRefreshesIt() throws Exception {
        serve(expired(1, ", stale-while-revalidate=1000"));
        range("0-99");
        current.set(version(1));

        RawResponse stale = range("0-49");

        assertPart(stale, 1, 0, 50);
        assertTrue(status(stale).contains("detail=stale"), status(stale));
        assertEquals(2, origin.requests().size());
        assertEquals("bytes=0-49", last().field("Range"));
        assertEquals("\"v1\"", last().field("If-None-Match"));
        assertHit(range("0-99"));
    }

    @Test
    void stalePartIsServedWhenUpstreamFailsIfItHoldsTheBytes() throws Exception {
        serve(expired(1, ", stale-if-error=1000"));
        range("0-99");
        origin.on("/a", Reply.status(503).body("no"));

        RawResponse held = range("0-49");
        RawResponse lacking = range("0-199");

        assertPart(held, 1, 0, 50);
        assertTrue(status(held).contains("stale-if-error"), status(held));
        assertEquals(503, lacking.status());
    }

    @Test
    void partThatShrankAwayIsForgotten() throws Exception {
        serve(expired(1, ""));
        range("400000-400099");
        current.set(fresh(new Representation(2, 1000)).tag("\"v2\""));

        assertEquals(416, range("400000-400099").status());
        assertPattern(2, 1000, get("/a"));
        assertEquals("-", asked().getLast());
    }

    @Test
    void purgedPartIsNeitherServedNorCompleted() throws Exception {
        serve();
        range("0-99");
        purge(Scope.EVERYTHING, "", Mode.HARD);
        current.set(fresh(new Representation(2, LENGTH)).tag("\"v1\"")); // and the tag lies

        assertPart(range("0-199"), 2, 0, 200);
        assertPart(range("0-99"), 2, 0, 100);
        assertEquals(List.of("0-99", "0-199"), asked());
        assertNull(last().field("If-Range"));
    }

    @Test
    void partFetchedBeforeAPurgeDragsWhatIsJoinedToItDown() throws Exception {
        Gate slow = gate("slow");
        serve();
        origin.on(
                request -> "bytes=5000-5099".equals(request.field("Range")),
                request -> current.get().apply(request).stallAfter(10, slow));
        RawClient early = ask("/a", "Range: bytes=5000-5099");
        early.readHead();
        purge(Scope.EVERYTHING, "", Mode.HARD);
        RawResponse late = get("/a", "Range: bytes=0-99");
        slow.open();
        early.readBytes(100);
        Await.until("the fetches have ended", () -> metric("skerry_cache_fills") == 0);

        assertPart(late, 1, 0, 100);
        int before = origin.requests().size();
        assertPart(range("5000-5099"), 1, 5000, 5100);
        assertEquals(before + 1, origin.requests().size());
    }

    @Test
    void softPurgedPartIsCompletedOnlyByAStrongTag() throws Exception {
        serve();
        range("0-99");
        purge(Scope.EVERYTHING, "", Mode.SOFT);

        assertPart(range("0-199"), 1, 0, 200);
        assertHit(range("0-199"));
        assertEquals(List.of("0-99", "100-199"), asked());
    }
}
