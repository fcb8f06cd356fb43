package dev.skerry.proxy.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.config.node.AccessLogTarget;
import dev.skerry.net.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Metrics metrics = new Metrics();

    @TempDir Path dir;

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void aRequestBecomesOneJsonLineWithAllItsFields() throws Exception {
        Path file = dir.resolve("access.log");
        try (AccessLog log = open(file)) {
            assertTrue(log.isOn());
            log.log(
                    new AccessEntry(
                            // 2026-11-23T10:15:45.007Z
                            1_795_428_945_007L,
                            "192.0.2.7",
                            "GET",
                            "https",
                            "www.shop.example",
                            "/a?b=1",
                            "HTTP/1.1",
                            200,
                            1234,
                            12_345_678,
                            1_000,
                            "shop",
                            "miss",
                            "uri-miss",
                            "disk",
                            "origin.example:8443",
                            11_000_000,
                            "https://www.shop.example/",
                            "curl/8"));
        }
        assertEquals(
                List.of(
                        "{\"time\":\"2026-11-23T10:15:45.007Z\",\"node\":\"edge-1\","
                                + "\"client\":\"192.0.2.7\",\"method\":\"GET\",\"scheme\":\"https\","
                                + "\"host\":\"www.shop.example\",\"target\":\"/a?b=1\","
                                + "\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":1234,"
                                + "\"duration_ms\":12.345,\"ttfb_ms\":0.001,\"site\":\"shop\","
                                + "\"cache\":\"miss\",\"reason\":\"uri-miss\",\"tier\":\"disk\","
                                + "\"upstream\":\"origin.example:8443\",\"upstream_ms\":11.000,"
                                + "\"referer\":\"https://www.shop.example/\","
                                + "\"user_agent\":\"curl/8\"}"),
                Files.readAllLines(file));
    }

    @Test
    void whatIsUnknownIsLeftOut() throws Exception {
        JsonNode line = written(entry("/", null));
        for (String name : List.of("ttfb_ms", "upstream", "upstream_ms", "referer", "user_agent")) {
            assertFalse(line.has(name), name);
        }
    }

    @Test
    void everyByteOfARequestCanBeReadBack() throws Exception {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        JsonNode line = written(entry("/", all.toString()));
        assertEquals(all.toString(), line.get("user_agent").asText());
    }

    @Test
    void textsAreCutAtTheirLimit() throws Exception {
        assertEquals(
                "x".repeat(4096), written(entry("x".repeat(4096), null)).get("target").asText());
        assertEquals(
                "x".repeat(4096) + "\u2026",
                written(entry("x".repeat(4097), null)).get("target").asText());
    }

    @Test
    void linesFromManyThreadsAreWhole() throws Exception {
        Path file = dir.resolve("many.log");
        try (AccessLog log = open(file)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int i = 0; i < 2000; i++) {
                                        log.log(entry("/" + "p".repeat(i % 200), "agent"));
                                    }
                                }));
            }
            for (Thread thread : threads) {
                assertTrue(thread.join(java.time.Duration.ofSeconds(20)), "a logging thread hangs");
            }
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(8000, lines.size());
        for (String line : lines) {
            assertEquals("GET", JSON.readTree(line).get("method").asText());
        }
        assertEquals(0, dropped());
    }

    @Test
    void linesAreWrittenWhileTheLogIsIdleNotOnlyAtItsEnd() throws Exception {
        SignallingStream out = new SignallingStream();
        try (AccessLog log = new QueuedLog("edge-1", new LogSink.Stream(out), 100, metrics)) {
            log.log(entry("/first", null));
            assertTrue(out.written.await(10, TimeUnit.SECONDS), "the line was never flushed");
        }
    }

    @Test
    void aFileThatWasRotatedAwayIsFollowed() throws Exception {
        Path file = dir.resolve("access.log");
        Path rotated = dir.resolve("access.log.1");
        try (AccessLog log = open(file)) {
            log.log(entry("/before", null));
            awaitLines(file, 1);
            Files.move(file, rotated);
            log.log(entry("/after", null));
            awaitLines(file, 1);
        }
        assertTrue(Files.readString(rotated).contains("/before"));
        assertTrue(Files.readString(file).contains("/after"));
        assertFalse(Files.readString(file).contains("/before"));
    }

    @Test
    void reopenCreatesTheFileAnewBeforeAnythingIsLogged() throws Exception {
        Path file = dir.resolve("access.log");
        try (AccessLog log = open(file)) {
            Files.delete(file);
            log.reopen();
            awaitLines(file, 0);
        }
    }

    @Test
    void anExistingFileIsAppendedTo() throws Exception {
        Path file = dir.resolve("access.log");
        Files.writeString(file, "{}\n");
        try (AccessLog log = open(file)) {
            log.log(entry("/", null));
        }
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void aFullQueueDropsAndCountsButNeverWaits() throws Exception {
        StuckStream out = new StuckStream();
        AccessLog log = new QueuedLog("edge-1", new LogSink.Stream(out), 4, metrics);
        log.log(entry("/held", null));
        assertTrue(out.entered.await(10, TimeUnit.SECONDS), "the writer never wrote");
        // The writer holds "/held"; four wait, one is too many.
        for (int i = 0; i < 4; i++) {
            log.log(entry("/" + i, null));
        }
        assertEquals(0, dropped());
        log.log(entry("/too-many", null));
        assertEquals(1, dropped());
        out.gate.countDown();
        log.close();
        String text = out.text();
        assertTrue(text.contains("\"/3\""), text);
        assertFalse(text.contains("too-many"), text);
    }

    @Test
    void aSinkThatFailsIsCountedAndTheLogGoesOn() throws Exception {
        FailingOnceStream out = new FailingOnceStream();
        AccessLog log = new QueuedLog("edge-1", new LogSink.Stream(out), 100, metrics);
        log.log(entry("/lost", null));
        assertTrue(out.failed.await(10, TimeUnit.SECONDS), "the writer never wrote");
        log.log(entry("/kept", null));
        log.close();
        assertEquals(1, dropped());
        String[] lines = out.text().split("\n", -1);
        // The half line ends, then the next stands alone.
        assertEquals("{\"ti", lines[0]);
        assertEquals("/kept", JSON.readTree(lines[1]).get("target").asText());
    }

    @Test
    void offTakesNothing() throws Exception {
        AccessLog log = AccessLog.open(new AccessLogTarget.Off(), "edge-1", metrics);
        assertFalse(log.isOn());
        log.log(entry("/", null));
        log.close();
    }

    @Test
    void aFileThatCannotBeOpenedIsAnErrorAtTheStart() {
        assertThrows(IOException.class, () -> open(dir.resolve("missing").resolve("access.log")));
    }

    private AccessLog open(Path file) throws IOException {
        return AccessLog.open(new AccessLogTarget.ToFile(file), "edge-1", metrics);
    }

    private JsonNode written(AccessEntry entry) throws IOException {
        LineBuffer lines = new LineBuffer("edge-1");
        lines.append(entry);
        return JSON.readTree(lines.bytes(), 0, lines.length());
    }

    private long dropped() {
        return metrics.counter(
                        "skerry_access_log_dropped_total",
                        "Access log lines dropped because the writer fell behind or failed.")
                .count();
    }

    private static AccessEntry entry(String target, @Nullable String userAgent) {
        return new AccessEntry(
                0,
                "192.0.2.7",
                "GET",
                "http",
                "h",
                target,
                "HTTP/1.1",
                200,
                5,
                1,
                -1,
                "s",
                "hit",
                null,
                null,
                null,
                -1,
                null,
                userAgent);
    }

    /** The writer looks every 100 ms, so this ends soon, or fails after ten seconds. */
    private static void awaitLines(Path file, int count) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Files.exists(file) || Files.readAllLines(file).size() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError(file + " never had " + count + " lines");
            }
            Thread.onSpinWait();
        }
    }

    private static class SignallingStream extends OutputStream {
        final CountDownLatch written = new CountDownLatch(1);

        @Override
        public void write(int b) {
            throw new AssertionError("one byte at a time");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            written.countDown();
        }
    }

    private static final class StuckStream extends SignallingStream {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch gate = new CountDownLatch(1);
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            entered.countDown();
            try {
                if (!gate.await(20, TimeUnit.SECONDS)) {
                    throw new IOException("the gate never opened");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            taken.write(bytes, offset, length);
        }

        String text() {
            return taken.toString(StandardCharsets.US_ASCII);
        }
    }

    private static final class FailingOnceStream extends SignallingStream {
        final CountDownLatch failed = new CountDownLatch(1);
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (failed.getCount() > 0) {
                taken.write(bytes, offset, 4);
                failed.countDown();
                throw new IOException("no space left");
            }
            taken.write(bytes, offset, length);
        }

        String text() {
            return taken.toString(StandardCharsets.US_ASCII);
        }
    }
}
