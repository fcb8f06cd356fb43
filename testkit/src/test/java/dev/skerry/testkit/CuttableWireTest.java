package dev.skerry.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CuttableWireTest {
    private final ScriptedOrigin origin = ScriptedOrigin.start();
    private CuttableWire wire;

    @BeforeEach
    void lay() throws IOException {
        origin.always(Reply.ok().body("far"));
        wire = CuttableWire.to(origin.port());
    }

    @AfterEach
    void close() {
        wire.close();
        origin.close();
    }

    @Test
    void aWholeWireCarriesBothWays() throws Exception {
        try (RawClient client = RawClient.connect(wire.port())) {
            assertEquals("far", client.get("/a").text());
            assertEquals("far", client.get("/b").text());
        }
        assertEquals(2, origin.requests().size());
    }

    @Test
    void aCutWireResetsWhatIsOpenAndWhatComes() throws Exception {
        try (RawClient client = RawClient.connect(wire.port())) {
            client.get("/a");
            wire.cut();
            assertThrows(IOException.class, () -> client.get("/b"));
        }
        assertThrows(
                IOException.class,
                () -> {
                    try (RawClient client = RawClient.connect(wire.port())) {
                        client.get("/c");
                    }
                });
        assertEquals(1, origin.requests().size());
    }

    @Test
    void aMendedWireCarriesAgain() throws Exception {
        wire.cut();
        wire.mend();
        try (RawClient client = RawClient.connect(wire.port())) {
            assertEquals("far", client.get("/a").text());
        }
    }

    @Test
    void aSilentWireLosesWhatIsSaid() throws Exception {
        wire.silence();
        try (RawClient client = RawClient.connect(wire.port())) {
            client.request("GET", "/lost");
            wire.awaitHeld();
            wire.mend();
            assertThrows(IOException.class, client::readResponse);
        }
        try (RawClient client = RawClient.connect(wire.port())) {
            assertEquals("far", client.get("/heard").text());
        }
        assertEquals("/heard", origin.requests().getLast().target());
    }
}
