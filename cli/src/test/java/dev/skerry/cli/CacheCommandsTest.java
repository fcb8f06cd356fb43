package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.node.NodeSettingsResult;
import dev.skerry.config.node.NodeSettingsSource;
import dev.skerry.config.node.Role;
import dev.skerry.edge.EdgeProcess;
import dev.skerry.proxy.node.CachingNode;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code skerry cache …} against a real node with a disk. */
@Tag("slow")
@Timeout(120)
final class CacheCommandsTest {
    private static final String HOST = "Host: shop.example";
    private static final String MARK = "these very bytes are looked for in a segment";

    @TempDir private Path folder;
    private ScriptedOrigin origin = ScriptedOrigin.start();
    private @Nullable CachingNode node;

    @BeforeEach
    void start() throws Exception {
        origin.on("/a", cacheable().field("Surrogate-Key", "red").body(MARK));
        origin.on("/large", cacheable().pattern(1, 3_000_000));
        node = started();
        get("/a");
        get("/large");
    }

    @AfterEach
    void stop() {
        running().close();
        origin.close();
    }

    @Test
    void whatLiesOnDiskIsListedWithWhatIsKnownOfIt() throws Exception {
        restart();
        Ran ls = cache("ls");
        assertEquals(0, ls.exit(), ls.err());
        assertEquals(3, ls.out().lines().count(), ls.out());
        String line = line(ls, "/a");
        assertTrue(line.startsWith("200 "), line);
        assertTrue(line.contains(" disk "), line);
        assertTrue(line.contains(" " + MARK.length() + " "), line);
        assertTrue(line.contains("http://shop.example/a"), line);
        assertTrue(line.contains("red"), line);
        assertTrue(line(ls, "/large").contains(" 3000000 "), ls.out());
        assertEquals(1, cache("ls", "--site", "none").out().lines().count());
        assertEquals(2, cache("ls", "--prefix", "http://shop.example/l").out().lines().count());
        get("/a");
        assertTrue(line(cache("ls"), "/a").contains(" memory+disk "), cache("ls").out());
    }

    @Test
    void oneKeyIsShownWithItsPlace() throws Exception {
        restart();
        Ran get = cache("get", "http://shop.example/large");
        assertEquals(0, get.exit(), get.err());
        assertTrue(get.out().contains("disk, " + folder.resolve("disk") + " segment "), get.out());
        assertTrue(get.out().contains("3000000, stored: 0-2999999"), get.out());
        assertTrue(get.out().contains("Cache-Control: max-age=1000"), get.out());
    }

    @Test
    void figuresAddUp() throws Exception {
        restart();
        Ran stats = cache("stats", "--json");
        assertEquals(0, stats.exit(), stats.err());
        assertTrue(stats.out().contains("\"state\":\"serving\""), stats.out());
        assertTrue(stats.out().contains("\"diskObjects\":2"), stats.out());
        assertTrue(
                stats.out().contains("\"diskBytes\":" + (3_000_000 + MARK.length())), stats.out());
    }

    @Test
    void aFlippedByteIsFoundAndForgotten() throws Exception {
        restart();
        Ran sound = cache("verify", "--fast");
        assertEquals(0, sound.exit(), sound.err() + sound.out());
        running().close();
        flip();
        node = started();

        Ran damaged = cache("verify", "--fast");
        assertEquals(1, damaged.exit(), damaged.out());
        assertTrue(damaged.out().contains("damaged: "), damaged.out());
        assertFalse(cache("ls").out().contains("shop.example/a"), cache("ls").out());
        assertEquals(0, cache("verify").exit());
        get("/a");
        assertEquals(2, origin.requests("/a").size());
    }

    @Test
    void onlyADiskOfTheNodeIsResumed() {
        Ran serves = cache("resume", "1");
        assertEquals(0, serves.exit(), serves.err());
        assertTrue(serves.out().contains("had not stepped aside"), serves.out());
        Ran other = cache("resume", "/nowhere");
        assertEquals(1, other.exit());
        assertTrue(other.err().contains("no disk '/nowhere': there is " + folder), other.err());
        assertEquals(2, cache("resume").exit());
        assertEquals(2, cache("ls", "--limit", "0").exit());
        assertEquals(2, cache("ls", "--limit", "10001").exit());
    }

    private void flip() throws IOException {
        try (var files = Files.walk(folder.resolve("disk"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at =
                        new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .indexOf(MARK);
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("no segment has the body");
    }

    private void restart() throws Exception {
        running().close();
        node = started();
    }

    private CachingNode started() throws Exception {
        Map<String, List<String>> flags = new TreeMap<>();
        flags.put("listen", List.of("127.0.0.1:0"));
        flags.put("admin", List.of("127.0.0.1:0"));
        flags.put("memory", List.of("64m"));
        flags.put("origin", List.of(origin.url()));
        flags.put("disk", List.of(folder.resolve("disk") + ":64m"));
        flags.put("access-log", List.of(folder.resolve("access.log").toString()));
        NodeSettingsResult result = NodeSettingsSource.of(Role.EDGE).read(flags, Map.of());
        return EdgeProcess.start(
                assertInstanceOf(NodeSettingsResult.Ready.class, result, result::toString)
                        .settings(),
                any -> List.of());
    }

    private CachingNode running() {
        return Objects.requireNonNull(node);
    }

    private void get(String target) throws Exception {
        try (RawClient client = RawClient.connect(running().address())) {
            RawResponse response = client.get(target, HOST);
            assertEquals(200, response.status());
        }
        Await.until(
                "the fetch has ended",
                () -> {
                    try (RawClient client = RawClient.connect(running().adminAddress())) {
                        return client.get("/metrics").text().contains("skerry_cache_fills 0");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private Ran cache(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "cache";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--admin";
        all[words.length + 2] = "127.0.0.1:" + running().adminAddress().getPort();
        return Ran.skerry(all);
    }

    private static String line(Ran ran, String target) {
        return ran.out()
                .lines()
                .filter(line -> line.contains("shop.example" + target))
                .findFirst()
                .orElseThrow(() -> new AssertionError(ran.out()));
    }

    private static Reply cacheable() {
        return Reply.ok().field("Cache-Control", "max-age=1000");
    }
}
