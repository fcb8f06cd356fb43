package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.node.NodeSettings;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node finds on its disk that nobody asked for. */
@Tag("slow")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DiskScrubTest extends DiskScene {
    private static final byte[] SMALL = PatternBytes.range(1, 0, 20_000);
    private static final byte[] LARGE = PatternBytes.range(2, 0, 3_000_000);

    DiskScrubTest() {
        super(64L << 20);
    }

    @Test
    void aBitThatTurnedIsFoundWithoutAnybodyAskingForTheResponse() throws Exception {
        stored();
        restart();
        flip(LARGE, 2_500_000);
        flip(SMALL, 10_000);
        diskScrub = NodeSettings.MAX_SCRUB;
        restart();

        Await.until("both are found", () -> event("scrub-damaged") == 2, this::metrics);

        assertEquals(2, event("checksum-wrong"));
        assertEquals(0, event("hit"));
        assertEquals(1, metric("skerry_disk_objects", "disk="));
        assertEquals(3, origin.requests().size());
        assertArrayEquals(LARGE, get("/large").body());
        assertArrayEquals(SMALL, get("/small").body());
        assertEquals("sound", get("/sound").text());
        assertEquals(5, origin.requests().size(), "what is sound is a hit still");
    }

    @Test
    void itIsToldHowFarTheBackgroundHasCome() throws Exception {
        stored();
        diskScrub = NodeSettings.MAX_SCRUB;
        restart();

        Await.until(
                "everything was read",
                () -> metric("skerry_disk_scrub_last_pass_timestamp_seconds", "disk=") > 0);

        assertTrue(metric("skerry_disk_scrubbed_bytes_total", "disk=") > 3_000_000);
        assertEquals(0, event("scrub-damaged"));
        String stats = admin("/v1/cache/stats");
        assertTrue(stats.contains("\"scrub\":{\"percent\":0,\"passes\":"), stats);
    }

    @Test
    void aNodeThatIsToldNotToReadsNothing() throws Exception {
        stored();
        restart();
        get("/sound");
        assertEquals(0, metric("skerry_disk_scrubbed_bytes_total", "disk="));
    }

    private void stored() throws IOException {
        origin.on("/small", cacheable().body(SMALL));
        origin.on("/large", cacheable().body(LARGE));
        origin.on("/sound", cacheable().body("sound"));
        get("/small");
        get("/large");
        get("/sound");
    }

    private double event(String word) {
        return metric("skerry_disk_events_total", "event=\"" + word + "\"");
    }
}
