package dev.skerry.proxy.upstream;

import static dev.skerry.proxy.upstream.ScriptedClient.answers;
import static dev.skerry.proxy.upstream.ScriptedClient.fails;
import static dev.skerry.proxy.upstream.ScriptedClient.failure;
import static dev.skerry.proxy.upstream.ScriptedClient.resets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.config.Origin;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.proxy.upstream.health.Breaker;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is tried again, where, and how often. */
final class OriginPoolRetriesTest extends OriginPoolScene {
    @Test
    void refusedConnectionFailsOverWhateverTheMethodAndBody() throws Exception {
        network.at(B, answers(200));
        for (int i = 0; i < 4; i++) {
            two.fetch(Requests.withBody("POST", "/x", "data")).close();
        }
        assertTrue(network.peers().contains(A));
        assertEquals(4, Collections.frequency(network.peers(), B));
    }

    @Test
    void everyAddressOfAnOriginIsTriedUpToThree() throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            addresses.add(InetAddress.ofLiteral("192.0.2." + i));
        }
        assertEquals(UpstreamFailure.Kind.CONNECT, failureOf(named(addresses), GET));
        assertEquals(3, network.sent.size());
        // The turn begins at the second address, so the first one is the fourth.
        network.at(A, answers(200));
        OriginPool pool = named(addresses);
        failureOf(pool, GET);
        pool.fetch(GET).close();
    }

    @Test
    void brokenReusedConnectionIsRetriedOnceOnAFreshOne() throws Exception {
        network.at(A, resetsWhenReused(true));
        one.fetch(GET).close();
        assertEquals(List.of(A, A), network.peers());
        assertEquals(1, one.endpoints().getFirst().reuseRaces());
        assertEquals(Breaker.State.CLOSED, one.endpoints().getFirst().breakerState());
    }

    @Test
    void reuseRacesDoNotComeOutOfTheRetryBudget() throws Exception {
        network.at(A, resetsWhenReused(true));
        for (int i = 0; i < 200; i++) {
            one.fetch(GET).close();
        }
        assertEquals(200, one.endpoints().getFirst().reuseRaces());
    }

    @Test
    void postOrARequestWithABodyIsNotSentTwice() {
        network.at(A, fails(ClientFailure.Kind.RESET, true, true));
        network.at(B, answers(200));
        for (Upstream.Request request :
                List.of(
                        Requests.of("POST", "/x", FieldList.EMPTY),
                        Requests.of("PATCH", "/x", FieldList.EMPTY),
                        Requests.withBody("PUT", "/x", "data"))) {
            network.sent.clear();
            assertEquals(UpstreamFailure.Kind.RESET, failureOf(one, request));
            assertEquals(List.of(A), network.peers());
        }
    }

    @Test
    void postOfWhichNothingWasSentGoesOutAgain() throws Exception {
        network.at(A, resetsWhenReused(false));
        try (Upstream.Response response = one.fetch(Requests.of("POST", "/x", FieldList.EMPTY))) {
            assertEquals(200, response.head().status());
        }
    }

    @Test
    void resetOfANewConnectionFailsOverToAnotherOriginOnce() throws Exception {
        network.at(A, resets()).at(B, answers(200));
        two.fetch(GET).close();
        two.fetch(GET).close();
        assertEquals(2, Collections.frequency(network.peers(), B));
        network.at(B, resets());
        network.sent.clear();
        OriginPool three =
                pool(origin("192.0.2.1", 1), origin("192.0.2.2", 1), origin("192.0.2.1", 1));
        assertEquals(UpstreamFailure.Kind.RESET, failureOf(three, GET));
        assertEquals(2, network.sent.size(), "the first and one more");
    }

    @Test
    void retriesAfterResetsEndWithTheirBudget() {
        // Two origins that both reset: a request is one attempt and, while the budget lasts, two.
        network.at(A, resets()).at(B, resets());
        for (int i = 0; i < 100; i++) {
            assertEquals(UpstreamFailure.Kind.RESET, failureOf(two, GET));
        }
        assertEquals(130, network.sent.size());
    }

    @Test
    void timeoutsAndBrokenFramingAreNotTriedElsewhere() {
        network.at(B, answers(200));
        for (ClientFailure.Kind kind :
                List.of(
                        ClientFailure.Kind.FIRST_BYTE_TIMEOUT,
                        ClientFailure.Kind.TOTAL_TIMEOUT,
                        ClientFailure.Kind.PROTOCOL,
                        ClientFailure.Kind.REQUEST_BODY,
                        ClientFailure.Kind.CANCELLED)) {
            network.at(A, fails(kind, false, true)).at(B, fails(kind, false, true));
            network.sent.clear();
            assertEquals(kind.name(), failureOf(two, GET).name());
            assertEquals(1, network.sent.size(), kind.name());
        }
    }

    @Test
    void nothingIsRetriedAfterAnInterimResponseWasPassedOn() throws Exception {
        List<Integer> seen = new ArrayList<>();
        network.at(
                A,
                request -> {
                    for (int status : new int[] {100, 103}) {
                        request.interim()
                                .accept(new ResponseHead(status, FieldList.of("Skerry-X", "1")));
                    }
                    throw failure(ClientFailure.Kind.RESET, true, true);
                });
        Upstream.Request request =
                Requests.of(
                        "GET",
                        "/x",
                        FieldList.EMPTY,
                        head -> {
                            assertEquals(FieldList.EMPTY, head.fields());
                            seen.add(head.status());
                        });
        assertEquals(UpstreamFailure.Kind.RESET, failureOf(one, request));
        assertEquals(1, network.sent.size());
        assertEquals(List.of(103), seen);
    }

    @Test
    void attemptsEndWhenTheTimeForAFirstByteIsOver() throws Exception {
        List<InetAddress> zone =
                List.of(
                        InetAddress.ofLiteral("192.0.2.1"),
                        InetAddress.ofLiteral("192.0.2.2"),
                        InetAddress.ofLiteral("192.0.2.3"));
        for (int i = 1; i <= 3; i++) {
            network.at(
                    "192.0.2." + i + ":80",
                    request -> {
                        clock.advance(Duration.ofSeconds(15));
                        throw failure(ClientFailure.Kind.CONNECT_TIMEOUT, false, false);
                    });
        }
        assertEquals(UpstreamFailure.Kind.CONNECT_TIMEOUT, failureOf(named(zone), GET));
        assertEquals(2, network.sent.size(), "30 s are over after two");
    }

    @Test
    void laterAttemptsHaveWhatIsLeftOfTheTotalTime() throws Exception {
        Origin.Timeouts timeouts =
                new Origin.Timeouts(
                        Duration.ofSeconds(5),
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofSeconds(10));
        network.at(
                A,
                request -> {
                    clock.advance(Duration.ofSeconds(4));
                    throw failure(ClientFailure.Kind.CONNECT_TIMEOUT, false, false);
                });
        network.at(B, answers(200));
        OriginPool pool =
                pool(
                        origin("http://192.0.2.1", 1_000, timeouts),
                        origin("http://192.0.2.2", 1, timeouts));
        pool.fetch(GET).close();
        assertEquals(List.of(A, B), network.peers());
        assertEquals(Duration.ofSeconds(10), network.sent.getFirst().timeouts().total());
        assertEquals(Duration.ofSeconds(6), network.sent.getLast().timeouts().total());
    }

    private static ScriptedClient.Peer resetsWhenReused(boolean requestSent) {
        return request -> {
            if (!request.fresh()) {
                throw failure(ClientFailure.Kind.RESET, true, requestSent);
            }
            return answers(200).answer(request);
        };
    }
}
