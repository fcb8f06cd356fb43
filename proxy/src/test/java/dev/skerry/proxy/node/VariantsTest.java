package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several responses under one URL: which is selected, and which upstream confirms. */
@Tag("slow")
class VariantsTest extends NodeScene {
    // ---- by language (RFC 9110 §12.5.4) ----

    @Test
    void responseInTheOneLanguageThatIsPreferredAnswers() throws Exception {
        origin.on("/a", language("de"), language("fr"));
        get("/a", "Accept-Language: en, de");

        RawResponse hit = get("/a", "Accept-Language: fr;q=0.5, de;q=1.0");

        assertEquals("de", hit.text());
        assertTrue(status(hit).startsWith("edge-1; hit; ttl="), status(hit));
        assertEquals("fr", get("/a", "Accept-Language: fr, de;q=0.9").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void responseFetchedForJustTheseFieldsComesFirst() throws Exception {
        origin.on(
                "/a",
                language("de").body("exact"),
                language("fr").body("fr"),
                language("de").body("other"));
        get("/a", "Accept-Language: de, en;q=0.5");
        get("/a", "Accept-Language: fr");
        get("/a", "Accept-Language: fr, de");

        assertEquals("exact", get("/a", "Accept-Language: de, en;q=0.5").text());
        assertEquals("other", get("/a", "Accept-Language: fr, de").text());
        assertEquals(3, origin.requests().size());
    }

    @Test
    void languageSaysNothingAboutOtherFields() throws Exception {
        Reply reply = language("de").field("Vary", "X");
        origin.on("/a", reply.body("1"), cacheable().body("2"));
        get("/a", "Accept-Language: en, de", "X: 1");

        assertEquals("2", get("/a", "Accept-Language: de", "X: 2").text());
    }

    @Test
    void followerMayHaveTheLanguageThatItPrefers() throws Exception {
        Gate gate = gate("body");
        origin.on("/a", language("de").stallAfter(1, gate), language("fr"));
        CompletableFuture<RawResponse> first = getLater("/a", "Accept-Language: en, de");
        origin.awaitRequests(1);
        CompletableFuture<RawResponse> second = getLater("/a", "Accept-Language: de");
        gate.open();

        assertEquals("de", now(first).text());
        assertEquals("de", now(second).text());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void siteMayTurnSelectionByLanguageOff() throws Exception {
        withSite("defaults: {select-language: false}");
        origin.on("/a", language("de").body("1"), language("de").body("2"));
        get("/a", "Accept-Language: en, de");

        assertEquals("2", get("/a", "Accept-Language: de").text());
    }

    // ---- by tag (RFC 9111 §4.3.1, §4.3.3) ----

    @Test
    void upstreamIsAskedWhetherAnotherVariantWillDo() throws Exception {
        origin.on("/a", VariantsTest::variant);
        get("/a", "X: 1");
        get("/a", "X: 2");

        RawResponse third = get("/a", "X: 3 as 1");

        assertEquals("\"2\", \"1\"", origin.requests().get(2).field("If-None-Match"));
        assertNull(origin.requests().get(2).field("If-Modified-Since"));
        assertEquals("body 1", third.text());
        assertTrue(
                status(third).startsWith("edge-1; fwd=vary-miss; fwd-status=304; ttl="),
                status(third));
        for (String x : List.of("X: 1", "X: 2", "X: 3 as 1")) {
            assertTrue(status(get("/a", x)).startsWith("edge-1; hit"), x);
        }
        assertEquals(3, origin.requests().size());
        assertEquals(3, metric("skerry_cache_objects"));
    }

    @Test
    void bodyIsSharedByTheVariantsThatATagUnites() throws Exception {
        origin.on(
                "/a",
                request ->
                        request.field("If-None-Match") == null
                                ? tagged("1").field("Vary", "X").pattern(1, 1_000_000)
                                : Reply.status(304).field("ETag", "\"1\""));
        get("/a", "X: 1");
        double before = metric("skerry_cache_bytes");

        for (int i = 2; i < 10; i++) {
            assertPattern(1, 1_000_000, get("/a", "X: " + i));
        }

        assertEquals(9, metric("skerry_cache_objects"));
        assertTrue(metric("skerry_cache_bytes") < before + 100_000);
    }

    @Test
    void selectedVariantIsNamedFirstWhenItIsStale() throws Exception {
        Reply stale = stale("").field("Vary", "X");
        origin.on(
                "/a",
                stale.field("ETag", "\"1\"").field("Last-Modified", DATE).body("body 1"),
                tagged("2").field("Vary", "X").body("body 2"),
                Reply.status(304).field("ETag", "\"2\"").field("Cache-Control", "max-age=1000"));
        get("/a", "X: 1");
        get("/a", "X: 2");

        RawResponse other = get("/a", "X: 1");

        assertEquals("\"1\", \"2\"", origin.requests().get(2).field("If-None-Match"));
        assertEquals(DATE, origin.requests().get(2).field("If-Modified-Since"));
        assertEquals("body 2", other.text());
        assertEquals("body 2", get("/a", "X: 1").text());
        assertEquals("body 2", get("/a", "X: 2").text());
        assertEquals(2, metric("skerry_cache_objects"));
        assertEquals(3, origin.requests().size());
    }

    @Test
    void confirmationOfNothingThatIsStoredIsAskedAgainWithoutCondition() throws Exception {
        origin.on(
                "/a",
                request ->
                        request.field("If-None-Match") == null
                                ? tagged(field(request, "X"))
                                        .field("Vary", "X")
                                        .body("body " + field(request, "X"))
                                : Reply.status(304).field("ETag", "\"unheard of\""));
        get("/a", "X: 1");

        assertEquals("body 2", get("/a", "X: 2").text());
        assertEquals(3, origin.requests().size());
        assertEquals("\"1\"", origin.requests().get(1).field("If-None-Match"));
        assertNull(origin.requests().get(2).field("If-None-Match"));
        assertTrue(status(get("/a", "X: 1")).startsWith("edge-1; hit"));
    }

    @Test
    void weakTagsOtherCodingsAndWhatIsPurgedAreNotNamed() throws Exception {
        origin.on(
                "/a",
                tagged("1").field("Vary", "X").body("1"),
                cacheable().field("ETag", "W/\"2\"").field("Vary", "X").body("2"),
                tagged("3").field("Vary", "X").field("Cache-Tag", "t").body("3"),
                tagged("4").field("Vary", "X").body("4"));
        origin.on(
                "/coded",
                tagged("1").field("Vary", "Accept-Encoding").body("1"),
                tagged("2").field("Vary", "Accept-Encoding").body("2"));
        get("/a", "X: 1");
        get("/a", "X: 2");
        get("/a", "X: 3");
        purge(Scope.TAG, "t", Mode.HARD);
        get("/a", "X: 4");
        get("/coded", "Accept-Encoding: gzip");
        get("/coded", "Accept-Encoding: br");

        assertEquals("\"1\"", origin.requests("/a").get(3).field("If-None-Match"));
        assertNull(origin.requests("/coded").get(1).field("If-None-Match"));
    }

    private static final String DATE = "Mon, 01 Jan 2024 00:00:00 GMT";

    private static Reply variant(ReceivedRequest request) {
        String x = field(request, "X");
        String tag = x.substring(x.length() - 1);
        String named = request.field("If-None-Match");
        return named != null && named.contains('"' + tag + '"')
                ? Reply.status(304).field("ETag", '"' + tag + '"').field("Vary", "X")
                : tagged(tag).field("Vary", "X").body("body " + tag);
    }

    private static Reply tagged(String tag) {
        return cacheable().field("ETag", '"' + tag + '"');
    }

    private static Reply language(String language) {
        return cacheable()
                .field("Vary", "Accept-Language")
                .field("Content-Language", language)
                .body(language);
    }
}
