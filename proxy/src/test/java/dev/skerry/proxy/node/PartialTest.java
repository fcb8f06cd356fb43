package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.Representation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parts of responses: stored, served, completed, and never mixed. */
@Tag("slow")
class PartialTest extends NodeScene {
    private static final int LENGTH = 500_000;
    private static final long LARGE = 6L << 30;

    /** What the origin has now; every byte tells which version it is of. */
    private final AtomicReference<Representation> current = new AtomicReference<>(version(1));

    private static Representation version(int version) {
        return fresh(new Representation(version, LENGTH)).tag("\"v" + version + "\"");
    }

    private static Representation fresh(Representation representation) {
        return representation.field("Cache-Control", "max-age=1000");
    }

    private static Representation expired(int version, String more) {
        return new Representation(version, LENGTH)
                .tag("\"v" + version + "\"")
                .field("Cache-Control", "max-age=50" + more)
                .field("Age", "150");
    }

    private void serve() {
        origin.on("/a", request -> current.get().apply(request));
    }

    private void serve(Representation first) {
        current.set(first);
        serve();
    }

    private RawResponse range(String range) throws Exception {
        return get("/a", "Range: bytes=" + range);
    }

    private static void assertPart(RawResponse response, int version, long from, long to) {
        assertPart(response, version, from, to, LENGTH);
    }

    private static void assertPart(
            RawResponse response, int version, long from, long to, long length) {
        assertEquals(206, response.status(), response.toString());
        assertEquals(
                "bytes " + from + "-" + (to - 1) + "/" + length, response.field("Content-Range"));
        assertArrayEquals(PatternBytes.range(version, from, to), response.body());
    }

    private static void assertHit(RawResponse response) {
        assertTrue(status(response).contains("; hit"), status(response));
    }

    /** The ranges that the origin was asked for; a dash for all. */
    private List<String> asked() {
        return origin.requests().stream()
                .map(request -> request.field("Range"))
                .map(range -> range == null ? "-" : range.substring("bytes=".length()))
                .toList();
    }

    private ReceivedRequest last() {
        return origin.requests().getLast();
    }

    // ---- stored and served ----

    @Test
    void rangesInsideOfAStoredPartAreHits() throws Exception {
        serve();

        assertPart(range("100-199"), 1, 100, 200);
        RawResponse all = range("100-199");
        RawResponse inside = range("150-160");
        RawResponse several = range("100-109,190-199");

        assertPart(all, 1, 100, 200);
        assertPart(inside, 1, 150, 161);
        assertHit(inside);
        String parts = new String(several.body(), StandardCharsets.ISO_8859_1);
        assertEquals(206, several.status());
        assertTrue(parts.contains("bytes 190-199/500000"), parts);
        assertEquals(List.of("100-199"), asked());
        assertNull(origin.requests().getFirst().field("If-Range"));
    }

    @Test
    void suffixIsAskedForWordForWordAndStoredWhereItLies() throws Exception {
        serve();

        assertPart(range("-1000"), 1, LENGTH - 1000, LENGTH);

        assertPart(range("-10"), 1, LENGTH - 10, LENGTH);
        assertPart(range("499500-"), 1, 499_500, LENGTH);
        assertEquals(List.of("-1000"), asked());
    }

    @Test
    void conditionsAndHeadAreAnsweredFromAPart() throws Exception {
        serve();
        range("100-199");

        RawResponse head = head("/a");
        RawResponse same = get("/a", "If-None-Match: \"v1\"");
        RawResponse held = get("/a", "Range: bytes=100-109", "If-Range: \"v1\"");
        RawResponse outside = range("500000-");

        assertEquals(200, head.status());
        assertEquals("500000", head.field("Content-Length"));
        assertNull(head.field("Content-Range"));
        assertEquals(304, same.status());
        assertPart(held, 1, 100, 110);
        assertEquals(416, outside.status());
        assertEquals("bytes */500000", outside.field("Content-Range"));
        assertEquals(1, origin.requests().size());
    }

    @Test
    void clientsIfRangeGoesUpstreamWhileNothingIsStored() throws Exception {
        serve();

        RawResponse other = get("/a", "Range: bytes=5-9", "If-Range: \"v0\"");

        assertEquals("\"v0\"", last().field("If-Range"));
        assertEquals(200, other.status());
        assertPattern(1, LENGTH, other);
        assertPart(range("-10"), 1, LENGTH - 10, LENGTH);
        assertEquals(1, origin.requests().size());
    }

    @Test
    void unsatisfiableRangePassesAndSpoilsNothing() throws Exception {
        serve();

        RawResponse none = range("900000-");

        assertEquals(416, none.status());
        assertEquals("bytes */500000", none.field("Content-Range"));
        List<CompletableFuture<RawResponse>> others = getLater(10, "/a", "Range: bytes=0-99");
        for (CompletableFuture<RawResponse> other : others) {
            assertPart(now(other), 1, 0, 100);
        }
        assertEquals(List.of("900000-", "0-99"), asked());
    }

    @Test
    void partThatCannotBePlacedIsPassedOnAndNotStored() throws Exception {
        for (String place :
                List.of("bytes 5-9/*", "bytes 4-9/10", "bytes 9-5/10", "pages 5-9/10")) {
            origin.on(
                    "/a",
                    request ->
                            Reply.status(206)
                                    .field("Cache-Control", "max-age=1000")
                                    .field("Content-Range", place)
                                    .body("part!"));
            for (int i = 0; i < 2; i++) {
                RawResponse part = range("5-9");
                assertEquals(206, part.status());
                assertEquals(place, part.field("Content-Range"));
                assertEquals("part!", part.text());
                assertTrue(status(part).endsWith("range-cold.partial"), status(part));
            }
        }
        assertEquals(8, origin.requests().size());
    }

    @Test
    void partThatMayNotBeStoredIsNot() throws Exception {
        serve(new Representation(1, LENGTH).tag("\"v1\"").field("Cache-Control", "no-store"));

        assertPart(range("0-9"), 1, 0, 10);
        assertPart(range("0-9"), 1, 0, 10);

        assertEquals(2, origin.requests().size());
    }

    // ---- completed ----

    @Test
    void onlyTheBytesThatAreMissingAreFetched() throws Exception {
        serve();
        range("0-99");

        RawResponse more = range("0-199");

        assertPart(more, 1, 0, 200);
        assertTrue(
                status(more)
                        .contains("; fwd=partial; fwd-status=206; stored; detail=unknown-range"),
                status(more));
        assertEquals("\"v1\"", last().field("If-Range"));
        assertPart(range("50-150"), 1, 50, 151);
        assertEquals(List.of("0-99", "100-199"), asked());
    }

    @Test
    void holesAreFilledBetweenWhatIsStored() throws Exception {
        serve();
        range("100-199");
        range("300-399");

        assertPart(range("150-449"), 1, 150, 450);

        assertEquals(List.of("100-199", "300-399", "200-299", "400-449"), asked());
        assertPart(range("100-449"), 1, 100, 450);
        assertEquals(4, origin.requests().size());
    }

    @Test
    void asManyHolesAsMayAreFilledOneByOne() throws Exception {
        serve();
        for (int first = 100; first <= 700; first += 200) {
            range(first + "-" + (first + 99));
        }

        assertPart(range("0-799"), 1, 0, 800);

        assertEquals(List.of("0-99", "200-299", "400-499", "600-699"), asked().subList(4, 8));
        assertEquals(8, origin.requests().size());
    }

    @Test
    void withOneHoleMoreAllIsAskedForAtOnce() throws Exception {
        serve();
        for (int first = 100; first <= 700; first += 200) {
            range(first + "-" + (first + 99));
        }

        assertPart(range("0-899"), 1, 0, 900);

        assertEquals("0-899", asked().getLast());
        assertEquals(5, origin.requests().size());
        assertPart(range("50-850"), 1, 50, 851);
        assertEquals(5, origin.requests().size());
    }

    @Test
    void plainGetCompletesAPart() throws Exception {
        serve();
        range("-100000");
        range("100000-199999");

        RawResponse whole = get("/a");

        assertEquals(200, whole.status());
        assertNull(whole.field("Content-Range"));
        assertPattern(1, LENGTH, whole);
        assertPattern(1, LENGTH, get("/a"));
        assertEquals(List.of("-100000", "100000-199999", "0-99999", "200000-399999"), asked());
    }

    @Test
    void changedRepresentationIsUsedWhole() throws Exception {
        serve();
        range("0-99");
        current.set(version(2));

        RawResponse whole = get("/a");

        assertEquals(200, whole.status());
        assertPattern(2, LENGTH, whole);
        assertEquals("100-", asked().getLast());
        assertPart(range("0-99"), 2, 0, 100);
        assertEquals(2, origin.requests().size());
    }

    @Test
    void partOfAnotherRepresentationIsNeverSplicedThoughTheOriginOffersIt() throws Exception {
        serve();
        range("0-99");
        // An origin that ignores If-Range.
        origin.on(
                "/a",
                request ->
                        Reply.status(206)
                                .field("ETag", "\"v2\"")
                                .field("Cache-Control", "max-age=1000")
                                .field(
                                        "Content-Range",
                                        "bytes " + field(request, "Range").substring(6) + "/500000")
                                .body(
                                        PatternBytes.range(
                                                2,
                                                field(request, "Range").endsWith("=0-199")
                                                        ? 0
                                                        : 100,
                                                200)));

        assertPart(range("0-199"), 2, 0, 200);
        assertPart(range("0-99"), 2, 0, 100);
        assertEquals(List.of("0-99", "100-199", "0-199"), asked());
    }

    @Test
    void withoutAStrongValidatorNothingIsSpliced() throws Exception {
        for (String tag : List.of("", "W/\"1\"")) {
            AtomicInteger seed = new AtomicInteger();
            origin.on(
                    "/a",
                    request -> {
                        Representation now =
                                fresh(new Representation(seed.incrementAndGet(), LENGTH));
                        return (tag.isEmpty() ? now : now.tag(tag)).apply(request);
                    });
            purge(Scope.EVERYTHING, "", Mode.HARD);

            assertPart(range("0-99"), 1, 0, 100);
            assertPart(range("0-99"), 1, 0, 100);
            assertPart(range("0-199"), 2, 0, 200);
            assertNull(last().field("If-Range"));
            assertEquals("0-199", asked().getLast());

            RawResponse whole = get("/a");
            assertEquals(200, whole.status());
            assertEquals(List.of("200-", "-"), asked().subList(asked().size() - 2, asked().size()));
            assertPattern(4, LENGTH, whole);
        }
    }

    @Test
    void withoutAValidatorAWholeAnswerToTheRestIsUsed() throws Exception {
        origin.on(
                "/a",
                Reply.status(206)
                        .field("Cache-Control", "max-age=1000")
                        .field("Content-Range", "bytes 0-4/10")
                        .body("01234"),
                cacheable().body("abcdefghij"));
        range("-5");

        RawResponse whole = get("/a");

        assertEquals("abcdefghij", whole.text());
        assertEquals(List.of("-5", "5-"), asked());
        assertEquals("abcdefghij", get("/a").text());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void changeBetweenTwoHolesCutsTheConnection() throws Exception {
        serve();
        range("100-199");
        range("300-399");
        origin.on(
                "/a",
                request -> {
                    Reply reply = current.get().apply(request);
                    current.set(version(2));
                    return reply;
                });
        RawClient client = ask("/a", "Range: bytes=150-449");
        RawResponse head = client.readHead();

        assertEquals(206, head.status());
        assertThrows(
                IOException.class, () -> client.readBody(head, OutputStream.nullOutputStream()));
        Await.until("the fetch has ended", () -> metric("skerry_cache_fills") == 0);
        assertPart(range("100-199"), 2, 100, 200);
    }

    @Test
    void rangesThatTheStoredPartsDoNotHoldPassWhenThereAreSeveral() throws Exception {
        serve();
        range("0-99");

        RawResponse several = range("0-9,200-209");

        assertEquals(200, several.status()); // the origin's choice
        assertEquals("0-9,200-209", asked().getLast());
        assertPattern(1, LENGTH, several);
    }

    // ---- several at once ----

    @Test
    void differentRangesOfOneObjectAreFetchedSideBySideAndEqualOnesOnce() throws Exception {
        Gate all = gate("all");
        origin.on("/a", request -> current.get().apply(request).stallBeforeHead(all));
        List<CompletableFuture<RawResponse>> first = getLater(5, "/a", "Range: bytes=0-99");
        List<CompletableFuture<RawResponse>> second = getLater(5, "/a", "Range: bytes=5000-5099");
        origin.awaitRequests(2);
        List<CompletableFuture<RawResponse>> inside = getLater(5, "/a", "Range: bytes=10-19");
        all.open();

        for (int i = 0; i < 5; i++) {
            assertPart(now(first.get(i)), 1, 0, 100);
            assertPart(now(second.get(i)), 1, 5000, 5100);
            assertPart(now(inside.get(i)), 1, 10, 20);
        }
        Await.until("the fetches have ended", () -> metric("skerry_cache_fills") == 0);
        assertEquals(2, origin.requests().size());
        assertHit(range("0-99"));
        assertHit(range("5000-5099"));
        assertEquals(1, metric("skerry_cache_objects"));
    }

    @Test
    void followersReadFromARangeThatIsStillComing() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", request -> current.get().apply(request).stallAfter(1000, rest));
        RawClient leader = ask("/a", "Range: bytes=100000-109999");
        assertEquals(206, leader.readHead().status());
        leader.readBytes(1000);

        RawResponse there = get("/a", "Range: bytes=100100-100199");
        RawClient waiting = ask("/a", "Range: bytes=100990-101009");
        assertEquals(206, waiting.readHead().status());
        assertArrayEquals(PatternBytes.range(1, 100_990, 101_000), waiting.readBytes(10));
        rest.open();

        assertPart(there, 1, 100_100, 100_200);
        assertArrayEquals(PatternBytes.range(1, 101_000, 101_010), waiting.readBytes(10));
        assertEquals(1, origin.requests().size());
    }

    // ---- stale ----

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

    // ---- purged ----

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

    // ---- broken off ----

    @Test
    void whatCameOfABodyThatBrokeOffIsKeptAndCompleted() throws Exception {
        AtomicInteger count = new AtomicInteger();
        origin.on(
                "/a",
                request -> {
                    Reply reply = current.get().apply(request);
                    return count.getAndIncrement() == 0 ? reply.cutAfter(200_000) : reply;
                });
        RawClient client = ask("/a");
        RawResponse head = client.readHead();
        assertThrows(
                IOException.class, () -> client.readBody(head, OutputStream.nullOutputStream()));
        Await.until("the fetch has ended", () -> metric("skerry_cache_fills") == 0);

        RawResponse begin = range("0-999");
        RawResponse whole = get("/a");

        assertPart(begin, 1, 0, 1000);
        assertPattern(1, LENGTH, whole);
        assertEquals(List.of("-", "200000-"), asked());
    }

    @Test
    void whatCameOfARangeThatBrokeOffIsKept() throws Exception {
        AtomicInteger count = new AtomicInteger();
        origin.on(
                "/a",
                request -> {
                    Reply reply = current.get().apply(request);
                    return count.getAndIncrement() == 0 ? reply.cutAfter(50) : reply;
                });
        RawClient client = ask("/a", "Range: bytes=100-199");
        RawResponse head = client.readHead();
        assertThrows(
                IOException.class, () -> client.readBody(head, OutputStream.nullOutputStream()));
        Await.until("the fetch has ended", () -> metric("skerry_cache_fills") == 0);

        assertPart(range("100-199"), 1, 100, 200);
        assertEquals(List.of("100-199", "150-199"), asked());
    }

    @Test
    void nothingIsKeptOfABodyWithoutAStrongTag() throws Exception {
        origin.on(
                "/a",
                cacheable().field("ETag", "W/\"1\"").pattern(1, LENGTH).cutAfter(200_000),
                cacheable().pattern(2, LENGTH));
        RawClient client = ask("/a");
        RawResponse head = client.readHead();
        assertThrows(
                IOException.class, () -> client.readBody(head, OutputStream.nullOutputStream()));
        Await.until("the fetch has ended", () -> metric("skerry_cache_fills") == 0);

        assertPattern(2, LENGTH, get("/a"));
        assertEquals(List.of("-", "-"), asked());
    }

    // ---- large ----

    @Test
    void anyPlaceOfALargeObjectCostsOnlyItsBytes() throws Exception {
        serve(fresh(new Representation(1, LARGE)).tag("\"v1\""));
        long four = 4L << 30;

        assertPart(range("-1000"), 1, LARGE - 1000, LARGE, LARGE);
        assertPart(range((four - 50) + "-" + (four + 49)), 1, four - 50, four + 50, LARGE);
        assertPart(range("0-99"), 1, 0, 100, LARGE);
        assertPart(range((four - 5) + "-" + (four + 4)), 1, four - 5, four + 5, LARGE);
        assertPart(range((four + 40) + "-" + (four + 59)), 1, four + 40, four + 60, LARGE);

        assertEquals(
                List.of(
                        "-1000",
                        (four - 50) + "-" + (four + 49),
                        "0-99",
                        (four + 50) + "-" + (four + 59)),
                asked());
    }

    @Test
    void openRangeOfALargeObjectStreamsFromTheStoreOn() throws Exception {
        serve(fresh(new Representation(1, LARGE)).tag("\"v1\""));
        long five = 5L << 30;
        range(five + "-" + (five + 999));

        RawClient client = ask(slowClient(), "/a", "Range: bytes=" + five + "-");
        RawResponse head = client.readHead();

        assertEquals(
                "bytes " + five + "-" + (LARGE - 1) + "/" + LARGE, head.field("Content-Range"));
        assertArrayEquals(PatternBytes.range(1, five, five + 200_000), client.readBytes(200_000));
        assertEquals((five + 1000) + "-", asked().getLast());
    }
}
