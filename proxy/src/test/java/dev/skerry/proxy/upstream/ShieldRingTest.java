package dev.skerry.proxy.upstream;

import static dev.skerry.proxy.upstream.ScriptedClient.answers;
import static dev.skerry.proxy.upstream.ScriptedClient.refuses;
import static dev.skerry.proxy.upstream.ScriptedClient.resets;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.purge.HistoryFrame;
import dev.skerry.config.Origin;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.hop.FleetKey;
import dev.skerry.proxy.hop.HopAnswer;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.hop.HopRequest;
import dev.skerry.proxy.hop.Vouch;
import dev.skerry.proxy.hop.Vouching;
import dev.skerry.proxy.upstream.health.Breaker;
import dev.skerry.testkit.ManualClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ShieldRingTest {
    private static final List<String> SHIELDS =
            List.of("192.0.2.1:8090", "192.0.2.2:8090", "192.0.2.3:8090");

    private final ManualClock clock = new ManualClock();
    private final ScriptedClient network = new ScriptedClient();
    private final HopAuth auth = auth("0123456789abcdef");
    private final List<HopRequest> told = new ArrayList<>();
    private final ShieldRing ring = ring(null);

    @Test
    void everyKeyHasItsShieldOnEveryEdge() throws Exception {
        shields(new HopAnswer(41, false, 0));
        ShieldRing another = ring(null);
        for (int i = 0; i < 100; i++) {
            ring.fetch(Requests.get("/" + i)).close();
        }
        List<String> first = network.peers();
        network.sent.clear();
        for (int i = 0; i < 100; i++) {
            another.fetch(Requests.get("/" + i)).close();
        }
        assertEquals(first, network.peers());
        assertEquals(3, first.stream().distinct().count());
    }

    @Test
    void shieldIsToldAppliedAndNeedAndKeepsTheClientsHost() throws Exception {
        shields(new HopAnswer(41, false, 0));
        ring.fetch(Requests.of("GET", "/x?y", FieldList.of("Skerry-Need", "9999"))).close();
        HttpClient.Request sent = network.sent.getFirst();
        assertEquals("www.example", sent.fields().first("Host"));
        assertEquals(told.getFirst().nonce(), verify(auth, sent).nonce());
        assertEquals(41, told.getFirst().applied());
        assertEquals(40, told.getFirst().need());
        assertTrue(sent.host().startsWith("192.0.2."), "its own name for TLS");
    }

    @Test
    void answerKeepsTheShieldsBirthStaleMarkAndAge() throws Exception {
        shields(new HopAnswer(7, true, 1_234));
        try (Upstream.Response response = ring.fetch(Requests.get("/x"))) {
            assertEquals(7, response.bornAt());
            assertTrue(response.stale());
            assertEquals(1_234, response.ageMillis());
            assertEquals(FieldList.of("ETag", "\"1\""), response.head().fields());
        }
    }

    @Test
    void birthAboveWhatThisNodeHasAppliedIsTakenAsThat() throws Exception {
        shields(new HopAnswer(1_000, false, 0));
        try (Upstream.Response response = ring.fetch(Requests.get("/x"))) {
            assertEquals(41, response.bornAt());
        }
    }

    @Test
    void unreachableShieldIsStoodInForAndGetsItsKeysBack() throws Exception {
        shields(new HopAnswer(41, false, 0));
        ring.fetch(Requests.get("/x")).close();
        String owner = network.peers().getFirst();
        ScriptedClient.Peer alive = shield(auth, new HopAnswer(41, false, 0));
        network.at(owner, refuses());
        for (int i = 0; i < 5; i++) {
            ring.fetch(Requests.withBody("POST", "/x", "data")).close();
        }
        network.sent.clear();
        ring.fetch(Requests.get("/x")).close();
        assertNotEquals(List.of(owner), network.peers());
        assertEquals(1, network.sent.size(), "it is ejected, not tried first");
        network.at(owner, alive);
        clock.advance(Duration.ofMillis(250));
        network.sent.clear();
        ring.fetch(Requests.get("/x")).close();
        ring.fetch(Requests.get("/x")).close();
        assertEquals(List.of(owner, owner), network.peers());
    }

    @Test
    void resettingShieldIsStoodInForRepeatableRequestsOnly() throws Exception {
        shields(new HopAnswer(41, false, 0));
        ring.fetch(Requests.get("/x")).close();
        network.at(network.peers().getFirst(), resets());
        ring.fetch(Requests.get("/x")).close();
        assertEquals(
                UpstreamFailure.Kind.RESET,
                failureOf(ring, Requests.of("POST", "/x", FieldList.EMPTY)));
    }

    @Test
    void withoutAnyShieldTheOriginIsAskedIfAllowed() throws Exception {
        assertEquals(UpstreamFailure.Kind.CONNECT, failureOf(ring, Requests.get("/x")));
        network.at("192.0.2.9:80", answers(200));
        OriginPool origin =
                new OriginPool(
                        OriginPool.Settings.of("edge", List.of(Origin.of("http://192.0.2.9"))),
                        network,
                        name -> List.of(),
                        clock,
                        new Random(1));
        network.sent.clear();
        try (Upstream.Response response = ring(origin).fetch(Requests.get("/x"))) {
            assertEquals(41, response.bornAt());
        }
        assertEquals(4, network.sent.size());
        assertFalse(network.sent.getLast().fields().contains("Skerry-Applied"));
    }

    @Test
    void answerWithoutSignatureIsNotUsedAndEjectsNobody() {
        // Our server refuses some requests before a pipeline could sign: no reason to eject.
        for (String shield : SHIELDS) {
            network.at(shield, answers(431));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(UpstreamFailure.Kind.PROTOCOL, failureOf(ring, Requests.get("/x")));
        }
        for (Endpoint shield : ring.endpoints()) {
            assertEquals(Breaker.State.CLOSED, shield.breakerState());
            assertEquals(0, shield.inFlight());
        }
        assertEquals(130, ring.endpoints().stream().mapToLong(Endpoint::unverified).sum());
    }

    @Test
    void answerSignedWithAnotherKeyIsNotUsed() {
        HopAuth stranger = auth("fedcba9876543210");
        for (String shield : SHIELDS) {
            network.at(
                    shield,
                    request ->
                            answers(
                                            200,
                                            lines(
                                                    stranger,
                                                    verify(auth, request),
                                                    new HopAnswer(41, false, 0)))
                                    .answer(request));
        }
        assertEquals(UpstreamFailure.Kind.PROTOCOL, failureOf(ring, Requests.get("/x")));
    }

    @Test
    void shieldThatCannotSignIsStoodInForByOneThatCan() throws Exception {
        shields(new HopAnswer(41, false, 0));
        ring.fetch(Requests.get("/x")).close();
        String owner = network.peers().getFirst();
        network.at(owner, answers(200));
        network.sent.clear();
        ring.fetch(Requests.get("/x")).close();
        assertEquals(2, network.sent.size());
        assertEquals(1, Collections.frequency(network.peers(), owner));
    }

    @Test
    void rule6ShieldThatSaysThatItHasNoLeaseRanksLastForAWhile() throws Exception {
        shields(new HopAnswer(41, false, 0));
        ring.fetch(Requests.get("/x")).close();
        String owner = network.peers().getFirst();
        ScriptedClient.Peer well = shield(auth, new HopAnswer(41, false, 0));
        network.at(owner, shield(vouching(0), new HopAnswer(41, false, 0)));
        ring.fetch(Requests.get("/x")).close();
        network.sent.clear();

        ring.fetch(Requests.get("/x")).close();
        assertNotEquals(List.of(owner), network.peers());
        assertEquals(1, network.sent.size());
        SHIELDS.stream().filter(s -> !s.equals(owner)).forEach(s -> network.at(s, refuses()));
        ring.fetch(Requests.get("/x")).close();
        assertEquals(owner, network.peers().getLast(), "last, but there");

        network.at(owner, shield(vouching(1), new HopAnswer(41, false, 0)));
        ring.fetch(Requests.get("/x")).close();
        SHIELDS.stream().filter(s -> !s.equals(owner)).forEach(s -> network.at(s, well));
        clock.advance(Duration.ofSeconds(60));
        network.sent.clear();
        ring.fetch(Requests.get("/x")).close();
        assertEquals(List.of(owner), network.peers(), "it has one again");
    }

    @Test
    void shieldWithoutALeaseIsAskedAgainSoonWhetherItHasOne() throws Exception {
        shields(new HopAnswer(41, false, 0));
        ring.fetch(Requests.get("/x")).close();
        String owner = network.peers().getFirst();
        network.at(owner, shield(vouching(0), new HopAnswer(41, false, 0)));
        ring.fetch(Requests.get("/x")).close();
        clock.advance(Endpoint.CUT_OFF.minusNanos(1));
        network.sent.clear();
        ring.fetch(Requests.get("/x")).close();
        clock.advance(Duration.ofNanos(1));
        ring.fetch(Requests.get("/x")).close();
        assertNotEquals(owner, network.peers().getFirst());
        assertEquals(owner, network.peers().getLast());
    }

    @Test
    void rule14AShieldVouchesFromWhenTheRequestLeft() throws Exception {
        List<String> heard = new ArrayList<>();
        Vouching edge =
                new Vouching() {
                    @Override
                    public @Nullable Vouch own() {
                        return null;
                    }

                    @Override
                    public void heard(Vouch vouch, long sentMillis) {
                        heard.add(vouch + " " + sentMillis);
                    }
                };
        ShieldRing followed = ring(auth.following(() -> HistoryFrame.ALONE, edge), null);
        long sent = clock.monotonicMillis();
        for (String shield : SHIELDS) {
            network.at(
                    shield,
                    request -> {
                        clock.advance(Duration.ofMillis(300));
                        return shield(vouching(20_000), new HopAnswer(41, false, 0))
                                .answer(request);
                    });
        }
        try (Upstream.Response response = followed.fetch(Requests.get("/x"))) {
            assertEquals(20_000, response.leaseMillis());
        }
        assertEquals(List.of(new Vouch(41, 20_000) + " " + sent), heard);
        shields(new HopAnswer(41, false, 0));
        try (Upstream.Response response = followed.fetch(Requests.get("/x"))) {
            assertEquals(0, response.leaseMillis(), "one that says nothing");
        }
        assertEquals(1, heard.size());
    }

    /** A shield's side of the key that has so much of its lease left. */
    private HopAuth vouching(long leftMillis) {
        return auth.following(
                () -> HistoryFrame.ALONE,
                new Vouching() {
                    @Override
                    public Vouch own() {
                        return new Vouch(41, leftMillis);
                    }

                    @Override
                    public void heard(Vouch vouch, long sentMillis) {}
                });
    }

    private static UpstreamFailure.Kind failureOf(ShieldRing ring, Upstream.Request request) {
        return assertThrows(UpstreamFailure.class, () -> ring.fetch(request)).kind();
    }

    private void shields(HopAnswer answer) {
        for (String shield : SHIELDS) {
            network.at(shield, shield(auth, answer));
        }
    }

    private ScriptedClient.Peer shield(HopAuth key, HopAnswer answer) {
        return request -> {
            HopRequest verified = verify(key, request);
            told.add(verified);
            return answers(200, lines(key, verified, answer)).answer(request);
        };
    }

    private static String[] lines(HopAuth key, HopRequest request, HopAnswer answer) {
        FieldList all =
                FieldList.builder()
                        .add("ETag", "\"1\"")
                        .addAll(key.signResponse(request, 200, answer))
                        .build();
        String[] lines = new String[2 * all.size()];
        for (int i = 0; i < all.size(); i++) {
            lines[2 * i] = all.name(i);
            lines[2 * i + 1] = all.value(i);
        }
        return lines;
    }

    private static HopRequest verify(HopAuth key, HttpClient.Request request) {
        HopRequest verified =
                key.verifyRequest(
                        new RequestHead(
                                request.method(),
                                request.scheme(),
                                String.valueOf(request.fields().first("Host")),
                                request.target(),
                                request.fields()));
        assertNotNull(verified);
        return verified;
    }

    private ShieldRing ring(@Nullable Upstream fallback) {
        return ring(auth, fallback);
    }

    private ShieldRing ring(HopAuth own, @Nullable Upstream fallback) {
        return new ShieldRing(
                "edge",
                SHIELDS.stream().map(s -> Origin.of("http://" + s)).toList(),
                own,
                fallback,
                network,
                name -> List.of(),
                clock);
    }

    private HopAuth auth(String quarter) {
        return new HopAuth(
                FleetKey.of(quarter.repeat(4).getBytes(US_ASCII)),
                () -> clock.instant().toEpochMilli(),
                new SecureRandom());
    }
}
