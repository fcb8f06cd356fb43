package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.Origin;
import dev.skerry.config.node.AccessLogTarget;
import dev.skerry.config.node.Address;
import dev.skerry.config.node.Limits;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.Role;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that lie on disk alone, through a node: an eighth of the disk is the longest. */
@Tag("slow")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskBodiesTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final String HOST = "Host: www.example.org";
    private static final int LONG = 40_000_000;

    @TempDir Path directory;
    ScriptedOrigin origin;
    CachingNode node;

    @BeforeEach
    void begin() throws IOException {
        origin = ScriptedOrigin.start();
        node = started();
    }

    @AfterEach
    void end() {
        node.close();
        origin.close();
    }

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

    /** Changes one bit of a byte of the body, wherever it lies on disk. */
    private void flip(byte[] body, int at) throws IOException {
        byte[] sought = Arrays.copyOfRange(body, at, at + 64);
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory.resolve("disk"))) {
            files = listed.toList();
        }
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            for (int i = 0; i + sought.length <= bytes.length; i++) {
                if (bytes[i] == sought[0]
                        && Arrays.equals(bytes, i, i + sought.length, sought, 0, sought.length)) {
                    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
                        opened.seek(i);
                        opened.write(bytes[i] ^ 1);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("the body is not on disk");
    }

    private void restart() throws IOException {
        node.close();
        node = started();
    }

    private CachingNode started() throws IOException {
        NodeSettings settings =
                new NodeSettings(
                        Role.EDGE,
                        "edge-1",
                        null,
                        ANY_PORT,
                        null,
                        ANY_PORT,
                        null,
                        null,
                        List.of(Origin.of(origin.url())),
                        List.of(),
                        null,
                        64L << 20,
                        null,
                        List.of(new NodeSettings.Disk(directory.resolve("disk"), 1L << 30)),
                        directory.resolve("state"),
                        null,
                        null,
                        new AccessLogTarget.Off(),
                        null,
                        Duration.ofSeconds(5),
                        Limits.DEFAULTS,
                        2);
        return CachingNode.start(
                settings,
                (site, parts) -> parts.origins(site),
                null,
                FeedTap.NONE,
                any -> List.of());
    }

    private RawResponse get(String target, String... lines) throws Exception {
        String[] all = Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = HOST;
        try (RawClient client = RawClient.connect(node.address())) {
            RawResponse response = client.get(target, all);
            Await.until("the fetch has ended", () -> metrics().contains("skerry_cache_fills 0"));
            return response;
        }
    }

    private String metrics() {
        try (RawClient client = RawClient.connect(node.adminAddress())) {
            return client.get("/metrics").text();
        } catch (IOException e) {
            throw new AssertionError("the admin port gave no metrics", e);
        }
    }

    private static Reply cacheable() {
        return Reply.ok().field("Cache-Control", "max-age=1000");
    }

    private static String status(RawResponse response) {
        return String.join(", ", response.fields("Cache-Status"));
    }
}
