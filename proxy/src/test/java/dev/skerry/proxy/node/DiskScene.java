package dev.skerry.proxy.node;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node with 64 MiB of memory and a disk of 1 GiB in front of a scripted origin. */
abstract class DiskScene {
    static final Address ANY_PORT = new Address("127.0.0.1", 0);
    static final String HOST = "Host: www.example.org";

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

    /** Changes one bit of a byte of the body, wherever it lies on disk. */
    void flip(byte[] body, int at) throws IOException {
        flip(body, at, 64);
    }

    /** The same of a byte that is found by so many from it on. */
    void flip(byte[] body, int at, int length) throws IOException {
        byte[] sought = Arrays.copyOfRange(body, at, at + length);
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

    void restart() throws IOException {
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

    RawResponse get(String target, String... lines) throws Exception {
        String[] all = Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = HOST;
        try (RawClient client = RawClient.connect(node.address())) {
            RawResponse response = client.get(target, all);
            Await.until("the fetch has ended", () -> metrics().contains("skerry_cache_fills 0"));
            return response;
        }
    }

    String metrics() {
        try (RawClient client = RawClient.connect(node.adminAddress())) {
            return client.get("/metrics").text();
        } catch (IOException e) {
            throw new AssertionError("the admin port gave no metrics", e);
        }
    }

    static Reply cacheable() {
        return Reply.ok().field("Cache-Control", "max-age=1000");
    }

    static String status(RawResponse response) {
        return String.join(", ", response.fields("Cache-Status"));
    }
}
