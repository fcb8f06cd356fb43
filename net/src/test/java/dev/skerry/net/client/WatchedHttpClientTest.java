package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// Messages end their lines with CRLF, which text blocks hide.
@SuppressWarnings("StringConcatToTextBlock")
@Timeout(30)
class WatchedHttpClientTest {
    private WatchedHttpClient client;
    private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(100);

    @BeforeEach
    void open() throws IOException {
        client = WatchedHttpClient.create(ClientOptions.defaults());
    }

    @AfterEach
    void close() {
        client.close();
    }

    private ScriptedPeer answering(String response) throws IOException {
        return ScriptedPeer.of(line -> {
            for (String head = line.head(); !head.isEmpty(); head = line.head()) {
                heads.add(head);
                line.send(response);
            }
        });
    }

    private String sentHead() throws InterruptedException {
        String head = heads.poll(5, TimeUnit.SECONDS);
        assertTrue(head != null, "no request reached the peer");
        return head;
    }

    @Test
    void nothingButWhatTheCallerGaveIsSent() throws Exception {
        try (ScriptedPeer peer = answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            Requests.to(peer)
                    .target("/a/../b/./%2e%2E//c?x=|^'\"<>{}`\u00e9&&=%zz#f")
                    .fields("hOsT", "A.example", "x-b", "2", "X-a", "1", "x-B", "caf\u00e9 \u00ff")
                    .exchange(client);
            assertEquals(
                    "GET /a/../b/./%2e%2E//c?x=|^'\"<>{}`\u00e9&&=%zz#f HTTP/1.1\r\n"
                            + "hOsT: A.example\r\nx-b: 2\r\nX-a: 1\r\nx-B: caf\u00e9 \u00ff\r\n"
                            + "\r\n",
                    sentHead());
        }
    }

    @Test
    void methodTokensKeepTheirCase() throws Exception {
        try (ScriptedPeer peer = answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            for (String method : new String[] {"get", "PuRgE", "M-SEARCH", "!#$%&'*+-.^_`|~"}) {
                Requests.to(peer).method(method).fields().exchange(client);
                assertEquals(method + " / HTTP/1.1\r\n\r\n", sentHead());
            }
            Requests.to(peer).method("OPTIONS").target("*").fields().exchange(client);
            assertEquals("OPTIONS * HTTP/1.1\r\n\r\n", sentHead());
        }
    }

    @Test
    void getMayCarryContent() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    heads.add(line.head());
                    line.ok("<" + line.body(5) + ">");
                })) {
            assertEquals("<query>", Requests.to(peer).fields().body("query").exchange(client));
            assertEquals("GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", sentHead());
        }
    }

    @Test
    void contentOfUnknownLengthIsChunked() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.of(line -> {
                    heads.add(line.head());
                    line.ok(line.body("5\r\nhello\r\n0\r\n\r\n".length()));
                })) {
            String seen =
                    Requests.to(peer)
                            .method("PUT")
                            .fields("Host", "a")
                            .body(new ByteArrayInputStream("hello".getBytes(ISO_8859_1)), -1)
                            .exchange(client);
            assertEquals("5\r\nhello\r\n0\r\n\r\n", seen);
            assertEquals(
                    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", sentHead());
        }
    }

    @Test
    void methodsThatExpectContentSayThatThereIsNone() throws Exception {
        try (ScriptedPeer peer = answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            Requests.to(peer).method("POST").fields().exchange(client);
            assertEquals("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", sentHead());
        }
    }

    @Test
    void everyOctetOfResponseFieldsSurvives() throws Exception {
        StringBuilder octets = new StringBuilder();
        for (char c = 0x80; c <= 0xff; c++) {
            octets.append(c);
        }
        try (ScriptedPeer peer =
                answering(
                        "HTTP/1.1 299 Odd\r\nX-Name:\t "
                                + octets
                                + " \r\nx-name: 2\r\n"
                                + "Content-Length: 0\r\n\r\n")) {
            try (HttpClient.Response response = client.send(Requests.to(peer).build())) {
                assertEquals(299, response.head().status());
                assertEquals(
                        FieldList.of(
                                "X-Name", octets.toString(), "x-name", "2", "Content-Length", "0"),
                        response.head().fields());
            }
        }
    }

    @Test
    void connectionsAreReusedAndCounted() throws Exception {
        try (ScriptedPeer peer = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab")) {
            for (int i = 0; i < 5; i++) {
                try (HttpClient.Response response = client.send(Requests.to(peer).build())) {
                    assertEquals(i > 0, response.reused());
                    assertEquals(2, response.announcedLength());
                    assertEquals("ab", Requests.readAll(response));
                }
            }
            assertEquals(1, peer.connections());
            assertEquals(new PoolStats(1, 1, 1, 4, 0), client.stats());
        }
    }

    @Test
    void redirectsRefusalsAndRetryAfterArePassedOn() throws Exception {
        for (String status :
                new String[] {"301", "303", "308", "401", "407", "408", "421", "503"}) {
            try (ScriptedPeer peer =
                    answering(
                            "HTTP/1.1 "
                                    + status
                                    + " Odd\r\nRetry-After: 0\r\nLocation: /else\r\n"
                                    + "Content-Length: 1\r\n\r\nx")) {
                try (HttpClient.Response response = client.send(Requests.to(peer).build())) {
                    assertEquals(Integer.parseInt(status), response.head().status());
                    assertEquals("x", Requests.readAll(response));
                }
                sentHead();
                assertTrue(heads.isEmpty(), "sent again after " + status);
            }
        }
    }

    @Test
    void codingsOfContentAreLeftAlone() throws Exception {
        try (ScriptedPeer peer =
                answering(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")) {
            try (HttpClient.Response response = client.send(Requests.to(peer).build())) {
                assertEquals("gzip", response.head().fields().first("Content-Encoding"));
                assertEquals("abc", Requests.readAll(response));
            }
        }
    }

    @Test
    void interimResponsesAreReportedBeforeTheFinalOne() throws Exception {
        try (ScriptedPeer peer =
                answering(
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n"
                                + "Link: </\u00e9>\r\n\r\nHTTP/1.1 200 OK\r\n"
                                + "Content-Length: 1\r\n\r\nx")) {
            Requests request = Requests.to(peer);
            assertEquals("x", request.exchange(client));
            assertEquals(2, request.interim.size());
            assertEquals(100, request.interim.get(0).status());
            assertEquals(
                    FieldList.of("Link", "</a>", "Link", "</\u00e9>"),
                    request.interim.get(1).fields());
        }
    }

    @Test
    void trailersAreKept() throws Exception {
        try (ScriptedPeer peer =
                answering(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "3;a=b\r\nabc\r\n0\r\nX-Sum: \u00e9\r\n\r\n")) {
            for (int i = 0; i < 2; i++) {
                try (HttpClient.Response response = client.send(Requests.to(peer).build())) {
                    assertEquals(-1, response.announcedLength());
                    assertEquals(i > 0, response.reused());
                    assertEquals(FieldList.EMPTY, response.trailers());
                    assertEquals("abc", Requests.readAll(response));
                    assertEquals(FieldList.of("X-Sum", "\u00e9"), response.trailers());
                }
            }
        }
    }

    @Test
    void anUnreadBodyClosesTheConnection() throws Exception {
        try (ScriptedPeer peer = answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")) {
            HttpClient.Response response = client.send(Requests.to(peer).build());
            response.close();
            response.close();
            assertThrows(IOException.class, () -> response.read(java.nio.ByteBuffer.allocate(1)));
            assertEquals(0, client.stats().open());
            try (HttpClient.Response second = client.send(Requests.to(peer).build())) {
                assertFalse(second.reused());
            }
        }
    }

    @Test
    void requestsThatWouldBeReadAsSomethingElseAreRefused() throws Exception {
        try (ScriptedPeer peer = answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            Requests[] bad = {
                Requests.to(peer).method("GET /"),
                Requests.to(peer).method(""),
                Requests.to(peer).target("/a b"),
                Requests.to(peer).target("/a\r\nX: y"),
                Requests.to(peer).target("/\u0100"),
                Requests.to(peer).fields("X", "a\r\nY: b"),
                Requests.to(peer).fields("X", "\0"),
                Requests.to(peer).fields("X ", "a"),
                Requests.to(peer).fields("X", "\u0100"),
                Requests.to(peer).fields("content-length", "1"),
                Requests.to(peer).fields("Transfer-Encoding", "chunked"),
            };
            for (Requests request : bad) {
                assertThrows(IllegalArgumentException.class, () -> client.send(request.build()));
            }
            assertEquals(0, peer.connections());
        }
    }
}
