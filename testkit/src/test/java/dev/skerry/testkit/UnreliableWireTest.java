package dev.skerry.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UnreliableWireTest {
    private static final List<String> SENT =
            IntStream.range(0, 200).mapToObj(i -> "event: e\ndata: " + i + "\n\n").toList();

    private final ScriptedOrigin origin = ScriptedOrigin.start();
    private UnreliableWire wire;

    @BeforeEach
    void lay() throws IOException {
        origin.always(Reply.ok().body("far"));
        origin.on(
                "/events",
                Reply.ok()
                        .field("Content-Type", "text/event-stream")
                        .body(String.join("", SENT))
                        .chunked(7));
        wire = UnreliableWire.to(origin.port(), 1);
    }

    @AfterEach
    void close() {
        wire.close();
        origin.close();
    }

    @Test
    void aReliableWireChangesNothing() throws Exception {
        try (RawClient client = RawClient.connect(wire.port())) {
            assertEquals("far", client.get("/a").text());
            assertEquals(String.join("", SENT), client.get("/events").text());
            assertEquals("far", client.get("/b").text());
        }
        assertEquals(0, wire.mischief());
    }

    @Test
    void eventsAreLostDoubledAndSwappedWhole() throws Exception {
        wire.unreliable(500);
        String[] arrived;
        try (RawClient client = RawClient.connect(wire.port())) {
            arrived = client.get("/events").text().split("(?<=\n\n)");
        }
        List<String> all = List.of(arrived);
        assertTrue(SENT.containsAll(all), "each is one that was sent");
        assertTrue(all.stream().distinct().count() < SENT.size(), "some are lost");
        assertTrue(all.stream().distinct().count() < all.size(), "some came twice");
        List<String> inOrder =
                all.stream().sorted((a, b) -> SENT.indexOf(a) - SENT.indexOf(b)).toList();
        assertNotEquals(inOrder, all);
    }

    @Test
    void someRequestsAreSentOnceMoreLaterAndSomeAreLostWithTheirConnection() throws Exception {
        wire.unreliable(500);
        int answered = 0;
        for (int i = 0; i < 40; i++) {
            try (RawClient client = RawClient.connect(wire.port())) {
                client.requestWithBody("POST", "/report", "hi");
                assertEquals("far", client.readResponse().text());
                answered++;
            } catch (IOException e) {
                // Lost.
            }
        }
        assertTrue(answered > 0 && answered < 40, answered + " answered");
        int once = answered;
        Await.until("more came than were answered", () -> origin.requests().size() > once);
    }
}
