package dev.skerry.proxy.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.proxy.hop.LoopDetection.Result;
import java.util.Collections;
import org.junit.jupiter.api.Test;

final class LoopDetectionTest {
    private final LoopDetection loops = new LoopDetection("edge-1");

    @Test
    void requestWithoutTheFieldIsClear() {
        assertEquals(Result.CLEAR, loops.check(FieldList.EMPTY));
    }

    @Test
    void ownNodeIsALoopHoweverItIsWritten() {
        assertEquals(Result.OWN_NODE, check("skerry;node=edge-1"));
        assertEquals(Result.OWN_NODE, check("other, SKERRY ; x=\"a,b;c\" ; Node=\"edge-1\""));
        assertEquals(Result.OWN_NODE, check("skerry;node=shield, skerry;node=\"edge\\-1\""));
    }

    @Test
    void ownNodeIsFoundOnAnyLine() {
        assertEquals(
                Result.OWN_NODE,
                loops.check(FieldList.of("CDN-Loop", "a", "cdn-loop", "skerry;node=edge-1")));
    }

    @Test
    void otherNodesAndOtherNetworksAreClear() {
        assertEquals(Result.CLEAR, check("skerry;node=edge-11"));
        assertEquals(Result.CLEAR, check("skerry"));
        assertEquals(Result.CLEAR, check("other;node=edge-1"));
        assertEquals(Result.CLEAR, check("other;x=\"skerry;node=edge-1, skerry;node=edge-1\""));
        assertEquals(Result.CLEAR, check("skerry;node=\"edge-1"));
        assertEquals(Result.CLEAR, check(" , ,, \"\\"));
    }

    @Test
    void sevenHopsAreAllowedAndEightAreNot() {
        assertEquals(Result.CLEAR, check(String.join(",", Collections.nCopies(7, "cdn"))));
        assertEquals(Result.TOO_MANY_HOPS, check(String.join(",", Collections.nCopies(8, "cdn"))));
    }

    @Test
    void aProbeIsAHeadOfTheRootThatNamesThisNodeAlone() {
        String own = "skerry;node=edge-1";
        assertTrue(isProbe("HEAD", "/", "CDN-Loop", own));
        assertFalse(isProbe("GET", "/", "CDN-Loop", own));
        assertFalse(isProbe("HEAD", "/a", "CDN-Loop", own));
        assertFalse(isProbe("HEAD", "/?a", "CDN-Loop", own));
        assertFalse(isProbe("HEAD", "/", "CDN-Loop", own + "1"));
        assertFalse(isProbe("HEAD", "/", "CDN-Loop", own + ", other"));
        assertFalse(isProbe("HEAD", "/", "CDN-Loop", own, "CDN-Loop", own));
        // It went through this node, and back to it.
        assertFalse(isProbe("HEAD", "/", "CDN-Loop", own, "Via", "1.1 edge-1"));
        assertFalse(isProbe("HEAD", "/", "User-Agent", "skerry-router"));
    }

    private boolean isProbe(String method, String target, String... fields) {
        return loops.isProbe(
                new RequestHead(method, "http", "a.example", target, FieldList.of(fields)));
    }

    @Test
    void nodeNamesAreTokens() {
        for (String bad : new String[] {"", "a b", "a;b", "a\"", "ä"}) {
            assertThrows(IllegalArgumentException.class, () -> new LoopDetection(bad));
        }
        assertEquals("Edge_1.a-b", new LoopDetection("Edge_1.a-b").node());
    }

    private Result check(String value) {
        return loops.check(FieldList.of("CDN-Loop", value));
    }
}
