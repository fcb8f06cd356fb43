package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits of the guard, at them and one past, and what it says there. */
final class GuardLimitsTest extends GuardScene {
    @Test
    void targetPassesAtTheLimitAndIs414OneByteBeyond() throws IOException {
        try (RawConnection client = server.connect()) {
            String longest = "/" + "a".repeat(999);
            assertEquals(200, client.send(get("GET", longest)).receive().status());
            assertEquals(414, client.send(get("GET", longest + "a")).receive().status());
            assertTrue(client.isClosedByServer(), "still open");
        }
    }

    @Test
    void whateverTheServerAnswersByItselfHasTheFieldsThatItWasGiven() throws IOException {
        ServerLimits limits =
                ServerLimits.DEFAULT.withTimeouts(
                        Duration.ofMillis(50), Duration.ofSeconds(30), Duration.ofSeconds(30));
        try (TestServer refusing = marking(limits)) {
            for (String request :
                    List.of(
                            get("GET", "/%zz"), // refused while it is read
                            "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", // afterwards
                            "GET / HTTP/1.1\r\nHost:", // never finished
                            get("GET", "/"))) { // the handler fails
                try (RawConnection client = refusing.connect()) {
                    assertEquals(
                            "edge-1; detail=refused",
                            client.send(request).receive().field("Cache-Status"),
                            request);
                }
            }
        }
    }

    @Test
    void connectionBeyondTheLimitIsToldWithTheFieldsThatTheServerWasGiven() throws IOException {
        try (TestServer refusing = marking(ServerLimits.DEFAULT.withConnections(1));
                RawConnection first = refusing.connect()) {
            assertEquals(500, first.send(get("GET", "/")).receive().status());
            try (RawConnection surplus = refusing.connect()) {
                assertEquals("edge-1; detail=refused", surplus.receive().field("Cache-Status"));
            }
        }
    }

    private static TestServer marking(ServerLimits limits) throws IOException {
        return new TestServer(
                HttpServer.start(
                        ServerOptions.plain(TestServer.anyPort())
                                .withIoThreads(1)
                                .withLimits(limits)
                                .withRefusals(
                                        FieldList.of("Cache-Status", "edge-1; detail=refused")),
                        any -> {
                            throw new IllegalStateException("on purpose");
                        }));
    }

    @Test
    void headPassesAtTheLimitAndIs431OneByteBeyond() throws IOException {
        String start = "GET / HTTP/1.1\r\nHost: a\r\nX-Long: ";
        int room = 20_000 - start.length() - 4;
        try (RawConnection client = server.connect()) {
            client.send(start + "a".repeat(room) + "\r\n\r\n");
            assertEquals(200, client.receive().status());
            client.send(start + "a".repeat(room + 1) + "\r\n\r\n");
            assertEquals(431, client.receive().status());
            assertTrue(client.isClosedByServer(), "still open");
        }
    }

    @Test
    void endlessFieldIs431WithoutItsEnd() throws IOException {
        try (RawConnection client = server.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "a".repeat(60_000));
            assertEquals(431, client.receive().status());
        }
    }

    @Test
    void fourHundredFieldsPassAndOneMoreIs431() throws IOException {
        StringBuilder fields = new StringBuilder();
        for (int i = 1; i < 400; i++) {
            fields.append("X-").append(i).append(": b\r\n");
        }
        try (RawConnection client = server.connect()) {
            client.send("GET /?a&b&c HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
            RawConnection.Answer answer = client.receive();
            assertEquals(200, answer.status(), answer.head() + answer.text());
            client.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "X-A: c\r\n\r\n");
            assertEquals(431, client.receive().status());
            assertTrue(client.isClosedByServer(), "still open");
        }
    }

    @Test
    void bodyPassesAtTheLimitAndIs413OneByteBeyond() throws IOException {
        String body = "b".repeat(5000);
        try (RawConnection client = server.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" + body);
            assertEquals("POST a / [" + body + "]", client.receive().text());
            client.send(chunked("1388\r\n" + body + "\r\n0\r\n\r\n"));
            assertEquals(200, client.receive().status());
            client.send(chunked("1389\r\n" + body + "b\r\n0\r\n\r\n"));
            assertEquals(413, client.receive().status());
        }
    }

    @Test
    void fieldValuesKeepEveryByte() throws IOException {
        try (TestServer echoing =
                        TestServer.start(exchange ->
                                exchange.send(
                                        new ResponseHead(
                                                200,
                                                FieldList.of(
                                                        "X-Back",
                                                        String.valueOf(exchange.header("x-a")))),
                                        null));
                RawConnection client = echoing.connect()) {
            String value = "\u00e9\u00ff\u0080 \"q\" ,;=";
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-A:   " + value + " \r\n\r\n");
            assertEquals(value, client.receive().field("X-Back"));
        }
    }
}
