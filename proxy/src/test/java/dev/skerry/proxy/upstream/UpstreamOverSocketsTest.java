package dev.skerry.proxy.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.config.Origin;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.proxy.hop.FleetKey;
import dev.skerry.proxy.hop.HopAnswer;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.proxy.hop.HopRequest;
import dev.skerry.proxy.upstream.health.Breaker;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.ManualClock;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class UpstreamOverSocketsTest {
    private final ManualClock clock = new ManualClock();
    private final ScriptedOrigin a = ScriptedOrigin.start();
    private final ScriptedOrigin b = ScriptedOrigin.start();
    private HttpClient client;

    @BeforeEach
    void open() throws IOException {
        client = WatchedHttpClient.create(ClientOptions.defaults());
    }

    @AfterEach
    void close() {
        client.close();
        a.close();
        b.close();
    }

    @Test
    void originThatIsAbsentFailsUntilItComes() throws Exception {
        a.always(Reply.ok().body("here"));
        a.stop();
        OriginPool pool = pool(Origin.of(a.url()));
        assertEquals(UpstreamFailure.Kind.CONNECT, failureOf(pool, Requests.get("/x")));
        a.restart();
        assertEquals("here", body(pool.fetch(Requests.get("/x"))));
    }

    @Test
    void originThatWasAbsentForLongComesBackAtTheNextProbe() throws Exception {
        a.always(Reply.ok());
        a.stop();
        OriginPool pool = pool(Origin.of(a.url()));
        for (int i = 0; i < 20; i++) {
            failureOf(pool, Requests.get("/x"));
        }
        a.restart();
        assertEquals(UpstreamFailure.Kind.BREAKER_OPEN, failureOf(pool, Requests.get("/x")));
        clock.advance(Duration.ofMillis(500));
        pool.fetch(Requests.get("/x")).close();
        pool.fetch(Requests.get("/x")).close();
    }

    @Test
    void connectionThatIsClosedAsItIsReusedCostsNoRequest() throws Exception {
        a.on("/x", Reply.ok().body("1"), Reply.ok().cutBeforeHead(), Reply.ok().body("3"));
        OriginPool pool = pool(Origin.of(a.url()));
        assertEquals("1", body(pool.fetch(Requests.get("/x"))));
        assertEquals("3", body(pool.fetch(Requests.get("/x"))));
        assertEquals(1, pool.endpoints().getFirst().reuseRaces());
        assertEquals(2, a.connections());
    }

    @Test
    void restartOfAnOriginWithManyKeptConnectionsCostsNoRequest() throws Exception {
        Gate all = new Gate("all connections are open");
        a.on("/first", Reply.ok().stallBeforeHead(all));
        a.on("/second", Reply.ok().body("2"));
        OriginPool pool = pool(Origin.of(a.url()));
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> first = fetches(clients, pool, "/first");
            a.awaitRequests(40);
            all.open();
            for (Future<String> answer : first) {
                answer.get(30, TimeUnit.SECONDS);
            }
            a.stop();
            a.restart();
            for (Future<String> answer : fetches(clients, pool, "/second")) {
                assertEquals("2", answer.get(30, TimeUnit.SECONDS));
            }
        }
        assertEquals(0, pool.endpoints().getFirst().inFlight());
    }

    @Test
    void resetOfANewConnectionIsAnsweredByTheOtherOrigin() throws Exception {
        a.always(Reply.ok().resetBeforeHead());
        b.always(Reply.ok().body("b"));
        OriginPool pool = pool(Origin.of(a.url()), Origin.of(b.url()));
        assertEquals("b", body(pool.fetch(Requests.get("/x"))));
        assertEquals("b", body(pool.fetch(Requests.get("/x"))));
        assertEquals(1, a.requests().size());
    }

    @Test
    void uploadGoesToTheOriginThatIsThere() throws Exception {
        a.stop();
        b.always(Reply.status(201));
        OriginPool pool = pool(Origin.of(a.url()), Origin.of(b.url()));
        for (int i = 0; i < 2; i++) {
            pool.fetch(Requests.withBody("POST", "/x", "content")).close();
            assertEquals("content", b.awaitRequest(i).bodyText());
        }
    }

    @Test
    void bodyThatBreaksOffIsNoWholeBody() throws Exception {
        a.always(Reply.ok().body("0123456789").cutAfter(5));
        OriginPool pool = pool(Origin.of(a.url()));
        assertThrows(IOException.class, () -> body(pool.fetch(Requests.get("/x"))));
        assertEquals(1, pool.endpoints().getFirst().bodyFailures());
    }

    @Test
    void hungObjectTimesOutAndLeavesTheBreakerAlone() throws Exception {
        Gate never = new Gate("never");
        a.on("/hung", Reply.ok().stallBeforeHead(never));
        a.on("/x", Reply.ok());
        Origin.Timeouts timeouts =
                new Origin.Timeouts(
                        Duration.ofSeconds(5),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(5),
                        Duration.ZERO);
        OriginPool pool = pool(timed(a.url(), timeouts));
        assertEquals(
                UpstreamFailure.Kind.FIRST_BYTE_TIMEOUT, failureOf(pool, Requests.get("/hung")));
        assertEquals(Breaker.State.CLOSED, pool.endpoints().getFirst().breakerState());
        never.open();
    }

    @Test
    void interimResponsesPassBeforeTheFinalOne() throws Exception {
        a.always(Reply.ok().interim(103, "Link", "</a>; rel=preload"));
        List<String> links = new ArrayList<>();
        Upstream.Request request =
                Requests.of(
                        "GET",
                        "/x",
                        FieldList.EMPTY,
                        head ->
                                links.add(
                                        head.status()
                                                + String.valueOf(head.fields().first("Link"))));
        pool(Origin.of(a.url())).fetch(request).close();
        assertEquals(List.of("103</a>; rel=preload"), links);
    }

    @Test
    void signaturesSurviveTheWire() throws Exception {
        HopAuth auth = auth();
        FieldList odd = FieldList.of("X-Forwarded-For", "1.2.3.4", "X-Odd", "\u00e4\u00ff");
        a.on(
                request -> true,
                request -> {
                    HopRequest verified = auth.verifyRequest(head(request));
                    if (verified == null) {
                        return Reply.status(403);
                    }
                    Reply reply = Reply.ok().body("signed");
                    FieldList lines =
                            auth.signResponse(verified, 200, new HopAnswer(7, true, 1_500));
                    for (int i = 0; i < lines.size(); i++) {
                        reply.field(lines.name(i), lines.value(i));
                    }
                    return reply;
                });
        ShieldRing ring =
                new ShieldRing(
                        "edge",
                        List.of(Origin.of(a.url())),
                        auth,
                        null,
                        client,
                        name -> List.of(),
                        clock);
        for (String target : List.of("/x", "/%7e?a=%zz&b", "/?")) {
            try (Upstream.Response response = ring.fetch(Requests.of("GET", target, odd))) {
                assertEquals(7, response.bornAt());
                assertTrue(response.stale());
                assertEquals(1_500, response.ageMillis());
            }
        }
    }

    private List<Future<String>> fetches(ExecutorService clients, OriginPool pool, String target) {
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(clients.submit(() -> body(pool.fetch(Requests.get(target)))));
        }
        return answers;
    }

    private static RequestHead head(ReceivedRequest request) {
        FieldList.Builder fields = FieldList.builder();
        for (String line : request.lines().subList(1, request.lines().size())) {
            int colon = line.indexOf(':');
            fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        String host = request.field("Host");
        assertNotNull(host);
        return new RequestHead(request.method(), "http", host, request.target(), fields.build());
    }

    private static String body(Upstream.Response response) throws IOException {
        try (response) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(4);
            while (response.read(buffer.clear()) >= 0) {
                body.write(buffer.array(), 0, buffer.position());
            }
            return body.toString(ISO_8859_1);
        }
    }

    private static UpstreamFailure.Kind failureOf(OriginPool pool, Upstream.Request request) {
        return assertThrows(UpstreamFailure.class, () -> pool.fetch(request)).kind();
    }

    private OriginPool pool(Origin... origins) {
        return new OriginPool(
                OriginPool.Settings.of("edge", List.of(origins)),
                client,
                name -> List.of(),
                clock,
                new Random(1));
    }

    private static Origin timed(String url, Origin.Timeouts timeouts) {
        Origin plain = Origin.of(url);
        return new Origin(
                plain.scheme(),
                plain.host(),
                plain.port(),
                plain.basePath(),
                plain.weight(),
                timeouts,
                plain.maxConnections());
    }

    private HopAuth auth() {
        return new HopAuth(
                FleetKey.of("0123456789abcdef".repeat(4).getBytes(US_ASCII)),
                () -> clock.instant().toEpochMilli(),
                new SecureRandom());
    }
}
