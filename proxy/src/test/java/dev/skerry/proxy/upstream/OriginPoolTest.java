package dev.skerry.proxy.upstream;

import static dev.skerry.proxy.upstream.ScriptedClient.answers;
import static dev.skerry.proxy.upstream.ScriptedClient.fails;
import static dev.skerry.proxy.upstream.ScriptedClient.failure;
import static dev.skerry.proxy.upstream.ScriptedClient.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.FieldList;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.upstream.health.Breaker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OriginPoolTest extends OriginPoolScene {
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
}
