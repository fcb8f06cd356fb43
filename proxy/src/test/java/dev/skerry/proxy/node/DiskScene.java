package dev.skerry.proxy.node;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.Origin;
import dev.skerry.config.node.AccessLogTarget;
import dev.skerry.config.node.Address;
import dev.skerry.config.node.Limits;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.Role;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node with a disk in front of a scripted origin, that ends and begins again with its disk. */
abstract class DiskScene {
    static final String HOST = "Host: shop.example";
    static final Address ANY_PORT = new Address("127.0.0.1", 0);

    @TempDir Path directory;
    ScriptedOrigin origin;

    /** For nodes that are started from now on. */
    long diskScrub;

    private final long diskBytes;
    CachingNode node;
    private boolean running;

    /** With 64 MiB of memory and a disk of 1 GiB. */
    DiskScene() {
        this(1L << 30);
    }

    DiskScene(long diskBytes) {
        this.diskBytes = diskBytes;
    }

    /** What the node's times are by. */
    TimeSource time() {
        return TimeSource.system();
    }

    @BeforeEach
    void begin() throws IOException {
        origin = ScriptedOrigin.start();
        node = started(origin.url(), null);
    }

    @AfterEach
    void end() {
        stop();
        origin.close();
    }

    void stop() {
        if (running) {
            running = false;
            node.close();
        }
    }

    void restart() throws IOException {
        restart(origin.url());
    }

    void restart(String from) throws IOException {
        restart(from, null);
    }

    void restart(@Nullable String from, @Nullable Path siteFile) throws IOException {
        stop();
        node = started(from, siteFile);
    }

    private CachingNode started(@Nullable String from, @Nullable Path siteFile) throws IOException {
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
                        from == null ? List.of() : List.of(Origin.of(from)),
                        List.of(),
                        null,
                        64L << 20,
                        null,
                        List.of(new NodeSettings.Disk(directory.resolve("disk"), diskBytes)),
                        diskScrub,
                        directory.resolve("state"),
                        siteFile,
                        null,
                        new AccessLogTarget.Off(),
                        null,
                        Duration.ofSeconds(5),
                        Limits.DEFAULTS,
                        2);
        CachingNode started =
                CachingNode.start(
                        settings,
                        (site, parts) -> parts.origins(site),
                        null,
                        FeedTap.NONE,
                        any -> List.of(),
                        time());
        running = true;
        return started;
    }

    /** Asks, and waits until what was fetched is stored. */
    RawResponse get(String target, String... lines) {
        String[] all = Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = HOST;
        try (RawClient client = RawClient.connect(node.address())) {
            RawResponse response = client.get(target, all);
            Await.until("the fetch has ended", () -> metrics().contains("skerry_cache_fills 0"));
            return response;
        } catch (Exception e) {
            throw new AssertionError(target, e);
        }
    }

    String metrics() {
        return admin("/metrics");
    }

    /** The sum of a family's samples that carry this label, as it is printed. */
    double metric(String family, String label) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(family + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What the admin port answers. */
    String admin(String target) {
        try (RawClient client = RawClient.connect(node.adminAddress())) {
            return client.get(target).text();
        } catch (IOException e) {
            throw new AssertionError("the admin port gave no " + target, e);
        }
    }

    /** Changes one bit of a byte of the body, wherever it lies on disk. */
    void flip(byte[] body, int at) throws IOException {
        flip(body, at, 64);
    }

    /** The same of a byte that is found by so many from it on. */
    void flip(byte[] body, int at, int length) throws IOException {
        byte[] sought = Arrays.copyOfRange(body, at, at + length);
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory.resolve("disk"))) {
            files = listed.filter(Files::isRegularFile).toList();
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

    static Reply cacheable() {
        return Reply.ok().field("Cache-Control", "max-age=1000");
    }

    static String status(RawResponse response) {
        return String.join(", ", response.fields("Cache-Status"));
    }
}
