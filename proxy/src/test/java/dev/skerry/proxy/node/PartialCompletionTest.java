package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.Representation;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parts of responses that are completed: only with bytes of the same representation. */
@Tag("slow")
class PartialCompletionTest extends PartialScene {
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
        assertBreaksOff(client);
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
        assertBreaksOff(client);
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
        assertBreaksOff(client);
        Await.until("the fetch has ended", () -> metric("skerry_cache_fills") == 0);

        assertPattern(2, LENGTH, get("/a"));
        assertEquals(List.of("-", "-"), asked());
    }

    /** An answer that breaks off early may be cut before its head has been read. */
    private static void assertBreaksOff(RawClient client) {
        assertThrows(
                IOException.class,
                () -> client.readBody(client.readHead(), OutputStream.nullOutputStream()));
    }
}
