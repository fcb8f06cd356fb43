package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients of different speeds on one body that is larger than what the store takes: with 64 MiB of
 * memory, an eighth of it. What the sockets of both sides buffer is less than the rest. Unless its
 * length is announced, that it is too large shows when several follow it already.
 */
@Tag("slow")
class SlowReadersTest extends NodeScene {
    private static final int LENGTH = 16 << 20;
    private static final String TAG = "\"1\"";

    private static Reply large() {
        return cacheable()
                .field("ETag", TAG)
                .field("Accept-Ranges", "bytes")
                .pattern(1, LENGTH)
                .chunked();
    }

    /** What an origin says to a request for the bytes from an offset on. */
    private static Reply rest(ReceivedRequest request) {
        return rest(request, TAG);
    }

    private static Reply rest(ReceivedRequest request, String tag) {
        String range = field(request, "Range");
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        assertEquals(TAG, request.field("If-Range"));
        return Reply.status(206)
                .field("ETag", tag)
                .field("Content-Range", "bytes " + from + "-" + (LENGTH - 1) + "/" + LENGTH)
                .body(PatternBytes.range(1, from, LENGTH));
    }

    /** Clients that have asked, wait for one head and have not read a byte; the last is fast. */
    private List<RawClient> slowOnesBesideAFastOne(
            int count, Reply whole, Function<ReceivedRequest, Reply> part) throws Exception {
        Gate head = gate("head");
        origin.on(
                "/a",
                request ->
                        request.field("Range") == null
                                ? whole.stallBeforeHead(head)
                                : part.apply(request));
        List<RawClient> slow = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slow.add(ask(slowClient(), "/a"));
        }
        CompletableFuture<RawResponse> fast = getLater("/a");
        Await.until("all wait", () -> metric("skerry_http_connections") == count + 1);
        origin.awaitRequests(1);
        head.open();
        assertPattern(1, LENGTH, now(fast));
        return slow;
    }

    @Test
    void slowReadersOfSomethingLargeAreNotCutAndSlowNobody() throws Exception {
        List<RawClient> slow = slowOnesBesideAFastOne(3, large(), SlowReadersTest::rest);

        for (RawClient client : slow) {
            assertPattern(1, LENGTH, client.readResponse());
        }
        assertEquals(3, metric("skerry_cache_readers_left_behind_total", "continued"));
        assertEquals(3, metric("skerry_cache_readers_left_behind_total"));
        assertEquals(0, metric("skerry_upstream_broken_bodies_total"));
    }

    @Test
    void whatIsAnnouncedAsTooLargeIsFetchedForEachByItself() throws Exception {
        List<RawClient> slow =
                slowOnesBesideAFastOne(
                        3, cacheable().field("ETag", TAG).pattern(1, LENGTH), any -> large());

        for (RawClient client : slow) {
            RawResponse response = client.readResponse();
            assertPattern(1, LENGTH, response);
            assertTrue(status(response).contains("too-large"), status(response));
        }
        assertEquals(4, origin.requests().size());
        assertEquals(0, metric("skerry_cache_readers_left_behind_total"));
    }

    @Test
    void readerLeftBehindIsCutWhereUpstreamHasSomethingElseByThen() throws Exception {
        List<RawClient> slow =
                slowOnesBesideAFastOne(
                        1,
                        large(),
                        request -> cacheable().field("ETag", "\"2\"").pattern(2, LENGTH));

        assertCutWithAPrefix(slow.getFirst());
        assertEquals(1, metric("skerry_cache_readers_left_behind_total", "refused"));
    }

    @Test
    void readerLeftBehindIsCutWhereThePartIsOfAnotherRepresentation() throws Exception {
        List<RawClient> slow =
                slowOnesBesideAFastOne(1, large(), request -> rest(request, "\"2\""));

        assertCutWithAPrefix(slow.getFirst());
        assertEquals(1, metric("skerry_cache_readers_left_behind_total", "refused"));
    }

    @Test
    void readerLeftBehindIsCutWhereUpstreamIsGoneByThen() throws Exception {
        List<RawClient> slow =
                slowOnesBesideAFastOne(1, large(), request -> Reply.ok().resetBeforeHead());

        assertCutWithAPrefix(slow.getFirst());
        assertEquals(1, metric("skerry_cache_readers_left_behind_total", "failed"));
    }

    private static void assertCutWithAPrefix(RawClient client) throws IOException {
        RawResponse head = client.readHead();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        assertThrows(IOException.class, () -> client.readBody(head, body));
        assertTrue(body.size() < LENGTH, "nothing is missing");
        assertArrayEquals(PatternBytes.range(1, 0, body.size()), body.toByteArray());
    }

    @Test
    void leaderThatLeavesAtATenthCostsItsFollowersNothing() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", cacheable().pattern(1, 1_000_000).stallAfter(100_000, rest));
        RawClient leader = ask("/a");
        leader.readHead();
        List<RawClient> followers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RawClient follower = ask("/a");
            assertTrue(status(follower.readHead()).contains("; collapsed"));
            followers.add(follower);
        }
        leader.readBytes(100_000);
        leader.reset();

        rest.open();

        for (RawClient follower : followers) {
            assertArrayEquals(PatternBytes.range(1, 0, 1_000_000), follower.readBytes(1_000_000));
        }
        assertEquals(1, origin.requests().size());
    }

    @Test
    void whenAllLeaveWhatCannotBeStoredIsNotFetchedToItsEnd() throws Exception {
        origin.on("/a", Reply.ok().field("Cache-Control", "no-store").pattern(1, 1_000_000_000L));
        RawClient only = ask("/a");
        only.readHead();

        only.reset();

        Await.until(
                "the fetch has ended", () -> metric("skerry_cache_abandoned_fetches_total") == 1);
        origin.awaitOpenConnections(0);
        assertEquals(0, metric("skerry_upstream_broken_bodies_total"));
    }

    @Test
    void whenAllLeaveWhatTurnsOutTooLargeIsNotFetchedToItsEnd() throws Exception {
        Gate rest = gate("rest");
        origin.on("/a", cacheable().pattern(1, 1_000_000_000L).chunked().stallAfter(300_000, rest));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = ask("/a");
            client.readHead();
            clients.add(client);
        }
        for (RawClient client : clients) {
            client.reset();
        }

        rest.open();

        Await.until(
                "the fetch has ended", () -> metric("skerry_cache_abandoned_fetches_total") == 1);
        origin.awaitOpenConnections(0);
        assertEquals(1, origin.requests().size());
    }
}
