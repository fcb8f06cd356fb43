package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes the guard, byte for byte, and what is refused. */
final class GuardTest extends GuardScene {
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("unknown coding", 501, "Transfer-Encoding: br, chunked\r\n"),
                refused("gzip before chunked", 501, "Transfer-Encoding: gzip, chunked\r\n"),
                refused("coding that is not chunked", 400, "Transfer-Encoding: gzip\r\n"),
                refused("empty coding", 400, "Transfer-Encoding: \r\n"),
                refused("identity", 400, "Transfer-Encoding: identity\r\n"),
                refused("chunked not last", 400, "Transfer-Encoding: chunked, identity\r\n"),
                refused("chunked twice", 400, "Transfer-Encoding: chunked, chunked\r\n"),
                refused("odd coding", 400, "Transfer-Encoding: xchunked\r\n"),
                refused("quoted coding", 400, "Transfer-Encoding: \"chunked\"\r\n"),
                refused(
                        "two codings lines",
                        400,
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                refused(
                        "coding and length",
                        400,
                        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
                refused(
                        "length and coding",
                        400,
                        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
                refused("two lengths", 400, "Content-Length: 3\r\nContent-Length: 3\r\n"),
                refused("list of lengths", 400, "Content-Length: 3, 3\r\n"),
                refused("signed length", 400, "Content-Length: +3\r\n"),
                refused("negative length", 400, "Content-Length: -3\r\n"),
                refused("hexadecimal length", 400, "Content-Length: 0x3\r\n"),
                refused("split length", 400, "Content-Length: 3 3\r\n"),
                refused("empty length", 400, "Content-Length:\r\n"),
                refused("length over a long", 400, "Content-Length: 9223372036854775808\r\n"),
                refused("length over the limit", 413, "Content-Length: 5001\r\n"),
                refused("folded line", 400, "X-A: one\r\n two\r\n"),
                refused("space before the colon", 400, "X-A : one\r\n"),
                refused("no colon", 400, "X-A\r\n"),
                refused("empty name", 400, ": one\r\n"),
                refused("bare line feed", 400, "X-A: one\nX-B: two\r\n"),
                refused("bare carriage return", 400, "X-A: one\rX-B: two\r\n"),
                refused("NUL in a value", 400, "X-A: o\0ne\r\n"),
                refused("control in a value", 400, "X-A: o\u0001ne\r\n"),
                refused("second Host", 400, "Host: a\r\n"),
                refused("websocket", 501, "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
                refused("expectation", 417, "Expect: 200-maybe\r\n"));
    }

    private static Arguments refused(String name, int status, String fields) {
        return Arguments.of(name, status, "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    }

    static Stream<Arguments> refusedLines() {
        return Stream.of(
                Arguments.of("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
                Arguments.of("empty Host", 400, "GET / HTTP/1.1\r\nHost: \r\n\r\n"),
                Arguments.of("coding in 1.0", 400, codingInHttp10()),
                Arguments.of("CONNECT", 501, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("TRACE", 501, get("TRACE", "/")),
                Arguments.of("lower-case get", 501, get("get", "/")),
                Arguments.of("mixed-case Post", 501, get("Post", "/")),
                Arguments.of("%00", 400, get("GET", "/a%00b")),
                Arguments.of("%00 in the query", 400, get("GET", "/a?%00")),
                Arguments.of("dot dot", 400, get("GET", "/a/../b")),
                Arguments.of("dot dot at the end", 400, get("GET", "/a/..")),
                Arguments.of("dot", 400, get("GET", "/./a")),
                Arguments.of("dot at the end", 400, get("GET", "/a/.?x")),
                Arguments.of("encoded dots", 400, get("GET", "/a/%2e%2E/b")),
                Arguments.of("half encoded dots", 400, get("GET", "/a/.%2e")),
                Arguments.of("dots with a parameter", 400, get("GET", "/a/..;x=1/b")),
                Arguments.of("dots and an encoded slash", 400, get("GET", "/a/..%2fb")),
                Arguments.of("backslash", 400, get("GET", "/a\\b")),
                Arguments.of("bad percent", 400, get("GET", "/a%2")),
                Arguments.of("bad percent digits", 400, get("GET", "/a%zz")),
                Arguments.of("bad percent in the query", 400, get("GET", "/a?b=%")),
                Arguments.of("NUL", 400, get("GET", "/a\0b")),
                Arguments.of("control", 400, get("GET", "/a\u0007b")),
                Arguments.of("delete", 400, get("GET", "/a\u007fb")),
                Arguments.of("fragment", 400, get("GET", "/a#b")),
                Arguments.of("other host in the target", 400, get("GET", "http://b/")),
                Arguments.of("user in the target", 400, get("GET", "http://u@a/")),
                Arguments.of("other scheme", 400, get("GET", "ftp://a/")),
                Arguments.of("asterisk with GET", 400, get("GET", "*")),
                Arguments.of("relative target", 400, get("GET", "a/b")),
                Arguments.of("no target", 400, "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("two spaces", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("version 1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
                Arguments.of("version 2.0", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                Arguments.of("no version", 400, "GET /\r\nHost: a\r\n\r\n"),
                Arguments.of("lower-case version", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("bare line feed", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                Arguments.of("empty line first", 400, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    private static String codingInHttp10() {
        return "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"refused", "refusedLines"})
    void doubtfulRequestIsRefusedAndTheConnectionEnds(String name, int status, String request)
            throws IOException {
        try (RawConnection client = server.connect()) {
            RawConnection.Answer answer = client.send(request + NEXT).receive();
            assertEquals(status, answer.status(), name);
            assertEquals("close", answer.field("Connection"), answer.head());
            assertTrue(client.isClosedByServer(), "another response followed");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"refused", "refusedLines"})
    void requestBeforeADoubtfulOneIsAnswered(String name, int status, String request)
            throws IOException {
        try (RawConnection client = server.connect()) {
            client.send(NEXT + request);
            assertEquals("GET a /next []", client.receive().text(), name);
            assertEquals(status, client.receive().status(), name);
            assertTrue(client.isClosedByServer(), "another response followed");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"refused", "refusedLines"})
    void doubtfulRequestInSinglePiecesIsRefused(String name, int status, String request)
            throws IOException {
        try (RawConnection client = server.connect()) {
            int middle = request.length() / 2;
            client.send(request.substring(0, middle));
            client.send(request.substring(middle, request.length() - 1));
            client.send(request.substring(request.length() - 1));
            assertEquals(status, client.receive().status(), name);
            assertTrue(client.isClosedByServer(), "another response followed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a?",
                "/a??",
                "/a?b=c&d",
                "/a|^'\"<>{}`[]",
                "/a%2Fb",
                "/a%7e",
                "//a//b",
                "/a;b=c?d;e",
                "/a+b?c+d",
                "/caf\u00e9?\u00ff",
                "/a.b/..c/.d/...",
                "/?a=../..",
                "/a?b?c",
                "/%ff",
                "/a:b@c"
            })
    void targetStaysAsItCame(String target) throws IOException {
        try (RawConnection client = server.connect()) {
            assertEquals(
                    "GET a " + target + " []", client.send(get("GET", target)).receive().text());
            assertEquals("GET a /next []", client.send(NEXT).receive().text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PURGE", "PROPFIND", "M-SEARCH", "x!#$%&'*+.^_`|~"})
    void everyOtherMethodPasses(String method) throws IOException {
        try (RawConnection client = server.connect()) {
            assertEquals(method + " a / []", client.send(get(method, "/")).receive().text());
        }
    }

    @Test
    void absoluteFormNamesTheAuthority() throws IOException {
        try (RawConnection client = server.connect()) {
            assertEquals(
                    "GET a:80 /x?y []",
                    client.send("GET http://a:80/x?y HTTP/1.1\r\nHost: a:80\r\n\r\n")
                            .receive()
                            .text());
            assertEquals("GET a / []", client.send(get("GET", "http://a")).receive().text());
            assertEquals("GET a /?q []", client.send(get("GET", "http://a?q")).receive().text());
        }
    }

    @Test
    void asteriskFormPassesForOptions() throws IOException {
        try (RawConnection client = server.connect()) {
            assertEquals("OPTIONS a * []", client.send(get("OPTIONS", "*")).receive().text());
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            all.append(get("GET", "/" + i + (i % 3 == 0 ? "?" : "")));
            all.append("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        }
        try (RawConnection client = server.connect()) {
            client.send(all.toString());
            for (int i = 0; i < 200; i++) {
                String target = "/" + i + (i % 3 == 0 ? "?" : "");
                assertEquals("GET a " + target + " []", client.receive().text());
                assertEquals("POST a /p [abc]", client.receive().text());
            }
        }
    }

    @Test
    void chunkedBodyWithExtensionsAndTrailersPasses() throws IOException {
        try (RawConnection client = server.connect()) {
            client.send(chunked("3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n") + NEXT);
            assertEquals("POST a / [abc0123456789]", client.receive().text());
            assertEquals("GET a /next []", client.receive().text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "3\r\nabcX\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\n\r\n",
                "3\r\nabc\r\n0\r\n\n",
                "3 \r\nabc\r\n0\r\n\r\n",
                "3;a\nb\r\nabc\r\n0\r\n\r\n",
                "\r\nabc\r\n0\r\n\r\n",
                "-3\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "1000000000000000\r\nabc",
                "3\r\nabc\r\n0\r\nX T: 1\n\r\n",
                "3\r\nabc\r\n0\r\n folded\r\n\r\n"
            })
    void doubtfulChunkEndsTheBodyAndTheConnection(String body) throws IOException {
        try (RawConnection client = server.connect()) {
            RawConnection.Answer answer = client.send(chunked(body) + NEXT).receive();
            assertEquals(400, answer.status());
            assertEquals("close", answer.field("Connection"));
            assertTrue(client.isClosedByServer(), "another response followed");
        }
        try (RawConnection client = server.connect()) {
            client.send(chunked("").stripTrailing() + "\r\n\r\n");
            client.send(body);
            assertEquals(400, client.receive().status());
        }
    }
}
