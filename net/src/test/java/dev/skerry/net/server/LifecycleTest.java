package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** From listening to drain, and the connections in between. */
final class LifecycleTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void portInUseIsOneClearError() throws Exception {
        try (TestServer server = TestServer.start(LifecycleTest::answer)) {
            BindException failure =
                    assertThrows(
                            BindException.class,
                            () ->
                                    HttpServer.start(
                                            ServerOptions.plain(server.server().address()),
                                            LifecycleTest::answer));
            assertTrue(
                    failure.toString().contains("127.0.0.1:" + server.server().address().getPort()),
                    failure.toString());
        }
    }

    @Test
    void idleConnectionIsClosedAfterTheIdleTimeout() throws Exception {
        ServerLimits limits = ServerLimits.DEFAULT.withTimeouts(LONG, SHORT, LONG);
        try (TestServer server = TestServer.start(limits, LifecycleTest::answer);
                RawConnection silent = server.connect();
                RawConnection client = server.connect()) {
            assertEquals(200, client.send(GET).receive().status());
            assertTrue(client.isClosedByServer(), "still open");
            assertTrue(silent.isClosedByServer(), "still open");
        }
    }

    @Test
    void slowHeadIsAnswered408() throws Exception {
        ServerLimits limits = ServerLimits.DEFAULT.withTimeouts(SHORT, LONG, LONG);
        try (TestServer server = TestServer.start(limits, LifecycleTest::answer);
                RawConnection client = server.connect()) {
            client.send("GET / HTTP/1.1\r\nHo");
            assertEquals(408, client.receive().status());
            assertTrue(client.isClosedByServer(), "still open");
        }
    }

    @Test
    void connectionBeyondTheLimitIsAnswered503() throws Exception {
        ServerLimits limits = ServerLimits.DEFAULT.withConnections(2);
        try (TestServer server = TestServer.start(limits, LifecycleTest::answer);
                RawConnection first = server.connect()) {
            assertEquals(200, first.send(GET).receive().status());
            try (RawConnection second = server.connect()) {
                assertEquals(200, second.send(GET).receive().status());
                try (RawConnection third = server.connect()) {
                    assertEquals(503, third.receive().status());
                    assertTrue(third.isClosedByServer(), "still open");
                }
                assertEquals(2, server.server().connections());
            }
            assertEquals(200, untilAdmitted(server));
        }
    }

    /** The server learns a little later that a client has gone. */
    private static int untilAdmitted(TestServer server) throws Exception {
        int status = 503;
        for (int i = 0; i < 1000 && status == 503; i++) {
            try (RawConnection next = server.connect()) {
                status = next.send(GET).receive().status();
            } catch (java.io.IOException e) {
                status = 503;
            }
        }
        return status;
    }

    @Test
    void drainAnswersWhatIsInFlightAndClosesTheIdle() throws Exception {
        BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
        try (TestServer server = TestServer.start(held::add);
                RawConnection idle = server.connect();
                RawConnection busy = server.connect()) {
            idle.send(GET);
            answer(take(held));
            assertEquals(200, idle.receive().status());
            busy.send(GET);
            Exchange inFlight = take(held);
            AtomicBoolean whole = new AtomicBoolean();
            Thread draining =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    whole.set(server.server().drain(LONG));
                                } catch (InterruptedException e) {
                                    whole.set(false);
                                }
                            });
            assertTrue(idle.isClosedByServer(), "idle connection stays open");
            assertThrows(java.io.IOException.class, server::connect);
            answer(inFlight);
            RawConnection.Answer last = busy.receive();
            assertEquals(200, last.status());
            assertEquals("close", last.field("Connection"));
            assertTrue(busy.isClosedByServer(), "still open");
            busy.socket().close();
            assertTrue(draining.join(Duration.ofSeconds(10)), "drain hangs");
            assertTrue(whole.get(), "something was cut");
        }
    }

    @Test
    void aRequestThatCrossesTheBeginningOfADrainIsAnswered() throws Exception {
        try (TestServer server = TestServer.start(LifecycleTest::answer);
                RawConnection kept = server.connect()) {
            kept.send(GET);
            assertEquals(200, kept.receive().status());
            Thread draining =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    server.server().drain(LONG);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            // A client that asks on and on is told to go, and loses nothing.
            RawConnection.Answer last;
            do {
                last = kept.send(GET).receive();
                assertEquals(200, last.status());
            } while (!"close".equals(last.field("Connection")));
            assertTrue(kept.isClosedByServer(), "still open");
            kept.socket().close();
            assertTrue(draining.join(Duration.ofSeconds(10)), "drain hangs");
        }
    }

    @Test
    void drainEndsAtItsTimeout() throws Exception {
        BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
        try (TestServer server = TestServer.start(held::add);
                RawConnection busy = server.connect()) {
            busy.send(GET);
            take(held);
            assertFalse(server.server().drain(SHORT));
            assertTrue(busy.isClosedByServer(), "still open");
        }
    }

    @Test
    void interimResponsesComeBeforeTheFinalOne() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.sendInterim(
                                    new ResponseHead(103, FieldList.of("Link", "</a>; rel=x")));
                            answer(exchange);
                        });
                RawConnection client = server.connect()) {
            client.send(GET);
            RawConnection.Answer hint = client.receive();
            assertEquals(103, hint.status());
            assertEquals("</a>; rel=x", hint.field("Link"));
            assertEquals(200, client.receive().status());
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertEquals(200, client.receive().status());
        }
    }

    @Test
    void handlerThatThrowsIsAnswered500() throws Exception {
        try (TestServer server =
                        TestServer.start(exchange -> {
                            throw new IllegalStateException("as scripted");
                        });
                RawConnection client = server.connect()) {
            assertEquals(500, client.send(GET).receive().status());
        }
    }

    @Test
    void secondAnswerIsAnErrorAndClosesItsBody() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (TestServer server =
                        TestServer.start(exchange -> {
                            answer(exchange);
                            ScriptedBody second = new ScriptedBody(1);
                            assertThrows(
                                    IllegalStateException.class,
                                    () ->
                                            exchange.send(
                                                    new ResponseHead(200, FieldList.EMPTY),
                                                    second));
                            seen.add("closed " + second.closes());
                        });
                RawConnection client = server.connect()) {
            assertEquals(200, client.send(GET).receive().status());
            assertEquals("closed 1", seen.poll(5, TimeUnit.SECONDS));
        }
    }

    private static void answer(Exchange exchange) {
        exchange.send(new ResponseHead(200, FieldList.EMPTY), TestServer.body("ok"));
    }

    private static Exchange take(BlockingQueue<Exchange> held) throws InterruptedException {
        Exchange exchange = held.poll(5, TimeUnit.SECONDS);
        if (exchange == null) {
            throw new AssertionError("no request arrived");
        }
        return exchange;
    }
}
