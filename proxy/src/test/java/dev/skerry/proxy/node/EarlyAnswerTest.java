package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An origin that answers an upload, or goes, while the client pauses (RFC 9112 §9.5 and §9.6). */
@Timeout(60)
class EarlyAnswerTest extends NodeScene {
    /** Well below what the linger takes, well above what the sockets hold. */
    private static final int MORE = 500_000;

    private RawClient pausing(String framing, String begun) throws IOException {
        return client().send("POST /up HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n\r\n")
                .send(begun);
    }

    private RawClient pausing() throws IOException {
        return pausing("Content-Length: 50000000", "x".repeat(1000));
    }

    private static void assertRefused(RawClient client) throws IOException {
        RawResponse response = client.readResponse();
        assertEquals(403, response.status());
        assertEquals("no", response.text());
        assertEquals("close", response.field("Connection"));
        assertTrue(client.closedByPeer(), "still open");
    }

    @Test
    void refusalReachesAClientThatHasPaused() throws Exception {
        origin.on("/up", Reply.status(403).body("no").beforeRequestBody());

        assertRefused(pausing());
        assertRefused(pausing("Content-Length: 50000000", ""));
        assertRefused(pausing("Transfer-Encoding: chunked", "3\r\nabc\r\n8\r\nab"));

        origin.awaitOpenConnections(0);
        assertEquals(3, origin.requests().size());
    }

    @Test
    void whatTheClientSendsAfterTheRefusalDoesNotDestroyIt() throws Exception {
        origin.on("/up", Reply.status(403).body("no").beforeRequestBody());
        RawClient client = pausing();
        RawResponse head = client.readHead();

        client.send(new byte[MORE]);

        assertEquals(403, head.status());
        assertEquals("no", client.readText(2));
        assertTrue(client.closedByPeer(), "still open");
        client.send(new byte[MORE / 5]);
    }

    @Test
    void originThatGoesWithoutAnAnswerIsNoticedAtOnce() throws Exception {
        origin.on(
                "/up",
                Reply.ok().cutBeforeHead().beforeRequestBody(),
                Reply.ok().resetBeforeHead().beforeRequestBody());

        for (int i = 0; i < 2; i++) {
            RawClient client = pausing();
            assertEquals(502, client.readResponse().status());
            assertTrue(client.closedByPeer(), "still open");
        }
        // Neither was tried again.
        assertEquals(2, origin.requests().size());
    }
}
