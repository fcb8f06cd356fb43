package dev.skerry.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.net.client.ClientFailure.Kind;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that belong to no response never become one, and connections that end between two requests
 * cost none.
 */
@Tag("slow")
class SurplusTest extends UpstreamFaultsScene {
    @Test
    void surplusNeverAnswersTheNextRequest() throws Exception {
        String poison = OK + "Content-Length: 6\r\n\r\npoison";
        for (String first :
                List.of(
                        OK + "Content-Length: 4\r\n\r\nreal" + poison,
                        OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nreal\r\n0\r\n\r\n" + poison,
                        OK + "X: y\r\nContent-Length: 4\r\n\r\nreal\n")) {
            try (ScriptedPeer peer =
                    ScriptedPeer.of(
                            line -> {
                                line.head();
                                line.send(first);
                                assertTrue(line.closed(), "the poisoned connection was kept");
                            },
                            line -> {
                                line.head();
                                line.ok("clean");
                            })) {
                assertEquals("real", Requests.to(peer).exchange(client));
                assertEquals("clean", Requests.to(peer).exchange(client));
                assertEquals(2, peer.connections());
                peer.verify();
            }
        }
    }

    @Test
    void surplusThatArrivesWhileIdleNeverAnswersTheNextRequest() throws Exception {
        CountDownLatch served = new CountDownLatch(1);
        CountDownLatch poisoned = new CountDownLatch(1);
        try (ScriptedPeer peer =
                ScriptedPeer.of(
                        line -> {
                            line.head();
                            line.ok("real");
                            served.await();
                            line.send(OK + "Content-Length: 6\r\n\r\npoison");
                            poisoned.countDown();
                            assertTrue(line.closed());
                        },
                        line -> {
                            line.head();
                            line.ok("clean");
                        })) {
            assertEquals("real", Requests.to(peer).exchange(client));
            assertEquals(1, client.stats().idle());
            served.countDown();
            assertTrue(poisoned.await(5, TimeUnit.SECONDS));
            try (HttpClient.Response response = client.send(Requests.to(peer).build())) {
                assertFalse(response.reused());
                assertEquals("clean", Requests.readAll(response));
            }
            peer.verify();
        }
    }

    @Test
    void afterSurplusNoConnectionIsUsedTwiceAndIdleOnesAreClosed() throws Exception {
        ScriptedPeer.Script kept =
                line -> {
                    line.head();
                    line.ok("kept");
                    assertTrue(line.closed(), "an idle connection was kept");
                };
        ScriptedPeer.Script once =
                line -> {
                    assertTrue(line.head().contains("\r\nConnection: close\r\n"));
                    line.ok("once");
                    assertTrue(line.closed(), "a connection was kept");
                };
        try (ScriptedPeer peer =
                ScriptedPeer.of(
                        kept,
                        kept,
                        line -> {
                            line.head();
                            line.send(OK + "Content-Length: 4\r\n\r\nreal" + "surplus");
                            assertTrue(line.closed());
                        },
                        once,
                        once)) {
            try (HttpClient.Response one = client.send(Requests.to(peer).build());
                    HttpClient.Response two = client.send(Requests.to(peer).build());
                    HttpClient.Response three = client.send(Requests.to(peer).build())) {
                assertEquals("kept", Requests.readAll(one));
                assertEquals("kept", Requests.readAll(two));
                assertEquals(2, client.stats().idle());
                assertEquals("real", Requests.readAll(three));
            }
            assertEquals(1, client.stats().suspect());
            assertEquals("once", Requests.to(peer).exchange(client));
            assertEquals("once", Requests.to(peer).exchange(client));
            assertEquals(0, client.stats().reused());
            peer.verify();
        }
    }

    @Test
    void anotherDestinationIsNotSuspect() throws Exception {
        try (ScriptedPeer guilty =
                        ScriptedPeer.of(line -> {
                            line.head();
                            line.send(OK + "Content-Length: 4\r\n\r\nreal" + "surplus");
                        });
                ScriptedPeer other =
                        ScriptedPeer.of(line -> {
                            line.head();
                            line.ok("one");
                            line.head();
                            line.ok("two");
                        })) {
            assertEquals("one", Requests.to(other).exchange(client));
            assertEquals("real", Requests.to(guilty).exchange(client));
            assertEquals("two", Requests.to(other).exchange(client));
            assertEquals(1, client.stats().reused());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 2\r\n",
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: gzip, chunked\r\n"
            })
    void doubtfulFramingIsSuspect(String lines) throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.send(OK + lines + "\r\nx");
                })) {
            assertThrows(ClientFailure.class, () -> Requests.to(peer).exchange(client));
            assertEquals(1, client.stats().suspect());
        }
    }

    @Test
    void farewellOnAnIdleConnectionIsNotSuspect() throws Exception {
        CountDownLatch served = new CountDownLatch(1);
        CountDownLatch said = new CountDownLatch(1);
        try (ScriptedPeer peer =
                ScriptedPeer.of(
                        line -> {
                            line.head();
                            line.ok("one");
                            served.await();
                            line.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
                            said.countDown();
                        },
                        line -> {
                            line.head();
                            line.ok("two");
                        })) {
            assertEquals("one", Requests.to(peer).exchange(client));
            served.countDown();
            assertTrue(said.await(5, TimeUnit.SECONDS));
            assertEquals("two", Requests.to(peer).exchange(client));
            assertEquals(0, client.stats().suspect());
        }
    }

    @Test
    void connectionsClosedWhileIdleAreNotUsed() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    line.head();
                    line.ok("one");
                })) {
            for (int i = 0; i < 4; i++) {
                assertEquals("one", Requests.to(peer).method("POST").exchange(client));
                // The script's end has closed its socket: its FIN is in our buffer by then.
                peer.verify();
            }
            assertEquals(0, client.stats().reused());
        }
    }

    @Test
    void aConnectionClosedJustAsWeSendIsToldApart() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(
                        line -> {
                            line.head();
                            line.ok("one");
                            line.head();
                            line.reset();
                        },
                        line -> {
                            line.head();
                            line.ok("two");
                        })) {
            assertEquals("one", Requests.to(peer).exchange(client));
            ClientFailure failure = failure(Requests.to(peer));
            assertEquals(Kind.RESET, failure.kind());
            assertTrue(failure.reused());
            assertTrue(failure.requestSent());
            assertEquals("two", Requests.to(peer).fresh().exchange(client));
        }
    }

    @Test
    void aFreshConnectionIsNewHoweverManyAreKept() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    while (!line.head().isEmpty()) {
                        line.ok("x");
                    }
                })) {
            HttpClient.Response open = client.send(Requests.to(peer).build());
            Requests.readAll(open);
            try (HttpClient.Response response = client.send(Requests.to(peer).fresh().build())) {
                assertFalse(response.reused());
                assertEquals("x", Requests.readAll(response));
            }
            assertEquals(2, peer.connections());
        }
    }
}
