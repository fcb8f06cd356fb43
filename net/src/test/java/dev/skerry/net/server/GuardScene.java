package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A server behind its guard that answers with what arrived. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GuardScene {
    static final ServerLimits LIMITS =
            ServerLimits.DEFAULT
                    .withHead(1000, 20_000, 400)
                    .withBody(5000, Duration.ofSeconds(5), 0, Duration.ofSeconds(5));

    TestServer server;

    @BeforeAll
    void startServer() throws IOException {
        server = TestServer.start(LIMITS, GuardScene::echo);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    /** Answers with what arrived: method, authority, target, and the body. */
    static void echo(Exchange exchange) {
        exchange.dispatch(() -> {
            String body;
            try (InputStream in = exchange.requestBody()) {
                body = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (RequestBodyFailure e) {
                exchange.send(new ResponseHead(e.status(), FieldList.EMPTY), null);
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String text =
                    exchange.request().method()
                            + " "
                            + exchange.request().authority()
                            + " "
                            + exchange.request().target()
                            + " ["
                            + body
                            + "]";
            exchange.send(new ResponseHead(200, FieldList.EMPTY), TestServer.body(text));
        });
    }

    static String get(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    static String chunked(String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    }
}
