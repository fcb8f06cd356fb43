package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that lie on disk alone, through a node: an eighth of the disk is the longest. */
@Tag("slow")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskBodiesTest extends DiskScene {
    private static final int LONG = 40_000_000;

    @Test
    void aBodyThatWentBadOnDiskIsFetchedAnew() throws Exception {
        byte[] body = PatternBytes.range(3, 0, 1_000_000);
        origin.on("/bad", cacheable().body(body));
        get("/bad");
        restart();
        flip(body, 1000);

        RawResponse whole = get("/bad");

        assertEquals(200, whole.status());
        assertArrayEquals(body, whole.body());
        assertEquals(2, origin.requests().size());
        assertArrayEquals(body, get("/bad").body());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void aRangeThatWentBadOnDiskIsFetchedAnew() throws Exception {
        byte[] body = PatternBytes.range(4, 0, 1_000_000);
        origin.on("/bad", cacheable().body(body));
        get("/bad");
        restart();
        flip(body, 700_000);

        RawResponse part = get("/bad", "Range: bytes=690000-700999");

        assertEquals(206, part.status());
        assertArrayEquals(Arrays.copyOfRange(body, 690_000, 701_000), part.body());
        assertEquals(2, origin.requests().size());
    }

    @Test
    void aBodyThatMemoryDoesNotTakeIsAHitFromDisk() throws Exception {
        byte[] body = PatternBytes.range(5, 0, LONG);
        origin.on("/long", cacheable().body(body));
        assertArrayEquals(body, get("/long").body());

        RawResponse hit = get("/long");
        assertTrue(status(hit).contains("; hit"), status(hit));
        assertArrayEquals(body, hit.body());

        restart();

        RawResponse again = get("/long");
        assertTrue(status(again).contains("; hit"), status(again));
        assertArrayEquals(body, again.body());
        RawResponse part = get("/long", "Range: bytes=33554400-33554499");
        assertEquals(206, part.status());
        assertArrayEquals(Arrays.copyOfRange(body, 33_554_400, 33_554_500), part.body());
        assertEquals(1, origin.requests().size());
    }

    @Test
    void slowAndFastClientsReadALongBodyTogether() throws Exception {
        byte[] body = PatternBytes.range(6, 0, LONG);
        origin.on("/long", cacheable().body(body));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> reading = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                boolean slow = i % 3 == 2;
                reading.add(
                        threads.submit(() -> {
                            int port = node.address().getPort();
                            try (RawClient client =
                                    slow
                                            ? RawClient.connectSlow(port, 4096)
                                            : RawClient.connect(node.address())) {
                                return client.get("/long", HOST).body();
                            }
                        }));
            }
            for (Future<byte[]> each : reading) {
                assertArrayEquals(body, each.get(60, TimeUnit.SECONDS));
            }
        }
        assertEquals(1, origin.requests().size());
    }
}
