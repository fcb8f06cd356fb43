package dev.skerry.proxy.upstream;

import static dev.skerry.proxy.upstream.ScriptedClient.answers;
import static dev.skerry.proxy.upstream.ScriptedClient.fails;
import static dev.skerry.proxy.upstream.ScriptedClient.failure;
import static dev.skerry.proxy.upstream.ScriptedClient.refuses;
import static dev.skerry.proxy.upstream.ScriptedClient.resets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.upstream.health.Breaker;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OriginPoolTest {
    private static final String A = "192.0.2.1:80";
    private static final String B = "192.0.2.2:80";
    private static final Upstream.Request GET = Requests.get("/x");

    private final ManualClock clock = new ManualClock();
    private final ScriptedClient network = new ScriptedClient();
    private final OriginPool one = pool(origin("192.0.2.1", 1));
    private final OriginPool two = pool(origin("192.0.2.1", 1), origin("192.0.2.2", 1));

    @Test
    void requestGoesOutBelowTheBasePathWithTheOriginsHost() throws Exception {
        network.at("192.0.2.1:8080", answers(200));
        OriginPool pool = pool(Origin.of("http://192.0.2.1:8080/base"));
        pool.fetch(Requests.of("GET", "/a//%2e?q=", FieldList.of("Accept", "x"))).close();
        HttpClient.Request sent = network.sent.getFirst();
        assertEquals("/base/a//%2e?q=", sent.target());
        assertEquals("192.0.2.1:8080", sent.fields().first("Host"));
        assertEquals("192.0.2.1", sent.host());
        assertEquals("x", sent.fields().first("Accept"));
        assertFalse(sent.fresh());
    }

    @Test
    void preservedHostIsTheNameForTlsToo() throws Exception {
        network.at("192.0.2.1:443", answers(200));
        OriginPool pool =
                new OriginPool(
                        new OriginPool.Settings(
                                "edge",
                                List.of(Origin.of("https://192.0.2.1")),
                                Site.Balance.WEIGHTED,
                                true,
                                Breaker.Settings.ORIGIN),
                        network,
                        name -> List.of(),
                        clock,
                        new Random(1));
        pool.fetch(GET).close();
        assertEquals("www.example", network.sent.getFirst().fields().first("Host"));
        assertEquals("www.example", network.sent.getFirst().host());
    }

    @Test
    void answerIsBornAtWhatWasAppliedAndLosesReservedFields() throws Exception {
        network.at(A, answers(200, "Skerry-Born", "99", "Skerry-State", "stale", "ETag", "\"1\""));
        try (Upstream.Response response = one.fetch(GET)) {
            assertEquals(41, response.bornAt());
            assertFalse(response.stale());
            assertEquals(-1, response.ageMillis());
            assertEquals(FieldList.of("ETag", "\"1\""), response.head().fields());
            assertEquals("192.0.2.1:80", response.peer());
        }
    }

    @Test
    void weightsThreeToOneHold() throws Exception {
        network.at(A, answers(200)).at(B, answers(200));
        for (Site.Balance balancing : Site.Balance.values()) {
            network.sent.clear();
            OriginPool pool = pool(balancing, origin("192.0.2.1", 3), origin("192.0.2.2", 1));
            for (int i = 0; i < 4_000; i++) {
                pool.fetch(GET).close();
            }
            double share = Collections.frequency(network.peers(), A) / 4_000.0;
            assertEquals(0.75, share, 0.05, balancing.name());
        }
    }

    @Test
    void responseIsInFlightUntilItIsClosed() throws Exception {
        network.at(A, answers(200));
        Upstream.Response response = one.fetch(GET);
        Endpoint endpoint = one.endpoints().getFirst();
        assertEquals(1, endpoint.inFlight());
        response.close();
        response.close();
        assertEquals(0, endpoint.inFlight());
        network.at(A, refuses());
        assertEquals(UpstreamFailure.Kind.CONNECT, failureOf(one, GET));
        assertEquals(0, endpoint.inFlight());
        assertEquals(2, endpoint.requests());
        assertEquals(1, endpoint.failures(UpstreamFailure.Kind.CONNECT));
    }

    @Test
    void brokenBodyIsCountedAndDoesNotConcernTheBreaker() throws Exception {
        network.at(A, answers(200, "Broken", "1"));
        for (int i = 0; i < 100; i++) {
            try (Upstream.Response response = one.fetch(GET)) {
                assertThrows(IOException.class, () -> response.read(ByteBuffer.allocate(1)));
            }
        }
        assertEquals(100, one.endpoints().getFirst().bodyFailures());
        assertEquals(Breaker.State.CLOSED, one.endpoints().getFirst().breakerState());
    }

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
    void originsThatCannotBeReachedFailFastAndAreProbed() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertEquals(UpstreamFailure.Kind.CONNECT, failureOf(two, GET));
        }
        for (int i = 0; i < 10; i++) {
            failureOf(two, GET);
        }
        network.sent.clear();
        assertEquals(UpstreamFailure.Kind.BREAKER_OPEN, failureOf(two, GET));
        assertEquals(List.of(), network.sent);
        clock.advance(Duration.ofMillis(500));
        network.at(A, answers(200)).at(B, answers(503));
        for (int i = 0; i < 4; i++) {
            two.fetch(GET).close();
        }
        for (Endpoint endpoint : two.endpoints()) {
            assertEquals(Breaker.State.CLOSED, endpoint.breakerState(), endpoint.name());
        }
    }

    @Test
    void ejectedOriginGetsNothingButProbes() throws Exception {
        network.at(B, answers(200));
        for (int i = 0; i < 100; i++) {
            two.fetch(GET).close();
        }
        assertEquals(20, Collections.frequency(network.peers(), A), "what it took to open");
        clock.advance(Duration.ofMillis(500));
        for (int i = 0; i < 100; i++) {
            two.fetch(GET).close();
        }
        assertEquals(21, Collections.frequency(network.peers(), A), "and one probe");
    }

    @Test
    void requestThatCannotBeRepeatedIsNoProbeWhileAnotherOriginIsHealthy() throws Exception {
        network.at(B, answers(200));
        for (int i = 0; i < 100; i++) {
            two.fetch(GET).close();
        }
        clock.advance(Duration.ofMillis(500));
        network.sent.clear();
        for (int i = 0; i < 10; i++) {
            two.fetch(Requests.withBody("POST", "/x", "data")).close();
        }
        assertEquals(Collections.nCopies(10, B), network.peers());
    }

    @Test
    void manyObjectsThatResetAtOnceDoNotCostTheirNeighboursAnAnswer() throws Exception {
        network.at(
                A,
                request -> {
                    if (request.target().startsWith("/bad")) {
                        throw failure(ClientFailure.Kind.RESET, false, true);
                    }
                    return answers(200).answer(request);
                });
        for (int i = 0; i < 100; i++) {
            assertEquals(UpstreamFailure.Kind.RESET, failureOf(one, Requests.get("/bad" + i)));
        }
        assertEquals(Breaker.State.OPEN, one.endpoints().getFirst().breakerState());
        one.fetch(GET).close();
        one.fetch(GET).close();
    }

    @Test
    void manyObjectsThatTimeOutAtOnceDoNotOpenTheBreaker() throws Exception {
        network.at(A, fails(ClientFailure.Kind.FIRST_BYTE_TIMEOUT, false, true));
        for (int i = 0; i < 100; i++) {
            failureOf(one, Requests.get("/bad" + i));
        }
        assertEquals(Breaker.State.CLOSED, one.endpoints().getFirst().breakerState());
    }

    @Test
    void errorStatusesNeverOpenTheBreaker() throws Exception {
        network.at(A, answers(503));
        for (int i = 0; i < 100; i++) {
            one.fetch(GET).close();
        }
        assertEquals(Breaker.State.CLOSED, one.endpoints().getFirst().breakerState());
    }

    @Test
    void nameThatDoesNotResolveFailsUntilItDoes() throws Exception {
        List<InetAddress> zone = new ArrayList<>();
        OriginPool pool = named(zone);
        assertEquals(UpstreamFailure.Kind.DNS, failureOf(pool, GET));
        assertEquals(1, pool.endpoints().getFirst().failures(UpstreamFailure.Kind.DNS));
        zone.add(InetAddress.ofLiteral("192.0.2.1"));
        network.at(A, answers(200));
        pool.fetch(GET).close();
        assertEquals("origin.example", network.sent.getFirst().host());
    }

    @Test
    void noMoreExchangesAreUnderWayThanTheOriginMayHaveConnections() throws Exception {
        Origin.Timeouts patient =
                new Origin.Timeouts(
                        Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, Duration.ZERO);
        network.at(A, answers(200));
        OriginPool pool = pool(origin("http://192.0.2.1", 1, patient));
        Upstream.Response first = pool.fetch(GET);
        Upstream.Response second = pool.fetch(GET);
        assertEquals(UpstreamFailure.Kind.CONNECT_TIMEOUT, failureOf(pool, GET), "two at most");
        assertEquals(2, network.sent.size());
        first.close();
        pool.fetch(GET).close();
        second.close();
        assertEquals(0, pool.endpoints().getFirst().inFlight());
        assertEquals(Breaker.State.CLOSED, pool.endpoints().getFirst().breakerState());
    }

    @Test
    void targetsAreJoinedByteForByte() throws Exception {
        network.at(A, answers(200));
        for (String[] pair :
                new String[][] {
                    {"http://192.0.2.1", "/a%2F//b?", "/a%2F//b?"},
                    {"http://192.0.2.1/base/", "/a?b=%zz", "/base/a?b=%zz"},
                    {"http://192.0.2.1/base", "/", "/base/"},
                    {"http://192.0.2.1/base", "*", "*"}
                }) {
            pool(Origin.of(pair[0])).fetch(Requests.get(pair[1])).close();
            assertEquals(pair[2], network.sent.getLast().target());
        }
    }

    @Test
    void sixthVersionLiteralsNeedNoLookup() throws Exception {
        network.at("2001:db8:0:0:0:0:0:1:81", answers(200));
        pool(Origin.of("http://[2001:db8::1]:81")).fetch(GET).close();
        assertEquals("[2001:db8::1]:81", network.sent.getFirst().fields().first("Host"));
        assertEquals("2001:db8::1", network.sent.getFirst().host());
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

    private static UpstreamFailure.Kind failureOf(OriginPool pool, Upstream.Request request) {
        return assertThrows(UpstreamFailure.class, () -> pool.fetch(request)).kind();
    }

    private static Origin origin(String host, int weight) {
        return origin("http://" + host, weight, Origin.Timeouts.DEFAULTS);
    }

    private static Origin origin(String url, int weight, Origin.Timeouts timeouts) {
        Origin plain = Origin.of(url);
        return new Origin(
                plain.scheme(), plain.host(), plain.port(), plain.basePath(), weight, timeouts, 2);
    }

    private OriginPool pool(Origin... origins) {
        return pool(Site.Balance.WEIGHTED, origins);
    }

    private OriginPool pool(Site.Balance balancing, Origin... origins) {
        return new OriginPool(
                new OriginPool.Settings(
                        "edge", List.of(origins), balancing, false, Breaker.Settings.ORIGIN),
                network,
                name -> List.of(),
                clock,
                new Random(1));
    }

    /** One origin whose name has the addresses that are in the list when it is asked. */
    private OriginPool named(List<InetAddress> zone) {
        return new OriginPool(
                OriginPool.Settings.of("edge", List.of(Origin.of("http://origin.example"))),
                network,
                name -> {
                    if (zone.isEmpty()) {
                        throw new UnknownHostException(name);
                    }
                    return List.copyOf(zone);
                },
                clock,
                new Random(1));
    }
}
