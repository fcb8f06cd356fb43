package dev.skerry.net.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that lie in a file and leave by sendfile. */
final class FileSendingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** More than the sockets of both sides hold, so that writes come to be short. */
    private static final int LARGE = 24 << 20;

    private static final int MIB = 1 << 20;

    private final byte[] content = new byte[LARGE + 4321];
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final FileChannel file;

    FileSendingTest(@TempDir Path folder) throws IOException {
        new Random(11).nextBytes(content);
        Path path = folder.resolve("segment");
        Files.write(path, content);
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        // Where a transfer that forgets its place would look lie other bytes than any body's.
        file.position(LARGE);
    }

    @AfterEach
    void closeFile() throws IOException {
        file.close();
    }

    @Test
    void everyByteIsRightOfPipelinedRequestsForDifferentObjects() throws Exception {
        int[] sizes = {1, 70_000, 10, MIB, MIB + 1, 1000, 3 * MIB, 65_536, 2, 2_500_000};
        List<FileBody> bodies = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            bodies.add(body(from(i), sizes[i % sizes.length]));
        }
        try (TestServer server = serve(bodies);
                RawConnection client = server.connect()) {
            client.send(GET.repeat(bodies.size()));
            for (int i = 0; i < bodies.size(); i++) {
                assertBody(from(i), sizes[i % sizes.length], client.receive());
                assertEquals("200 " + sizes[i % sizes.length] + " true", end());
                assertEquals(0, bodies.get(i).buffers());
                assertEquals(1, bodies.get(i).closes());
            }
        }
    }

    private static int from(int number) {
        return 17 + number * 4099;
    }

    @Test
    void slowReaderGetsEveryByteAndTheConnectionGoesOn() throws Exception {
        FileBody slow = body(1, LARGE);
        FileBody next = body(5, 100_000);
        try (TestServer server = serve(List.of(slow, next));
                RawConnection client = server.connect()) {
            client.send(GET);
            assertTrue(slow.begun().await(10, TimeUnit.SECONDS), "nothing was sent");
            assertBody(1, LARGE, client.receive());
            assertBody(5, 100_000, client.send(GET).receive());
            assertEquals(0, slow.buffers());
            assertTrue(slow.shortWrites() > 0, "no write was short");
        }
    }

    @Test
    void manySlowReadersOfOneFileGetTheirOwnBytes() throws Exception {
        List<FileBody> bodies = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            bodies.add(body(from(i), 6 * MIB + i));
        }
        try (TestServer server = serve(bodies)) {
            List<RawConnection> clients = new ArrayList<>();
            for (FileBody _ : bodies) {
                clients.add(server.connect());
            }
            for (int i = 0; i < bodies.size(); i++) {
                clients.get(i).send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            byte[][] parts = new byte[bodies.size()][6 * MIB];
            for (RawConnection client : clients) {
                client.head();
            }
            for (int at = 0; at < 6 * MIB; at += 512 * 1024) {
                for (int i = 0; i < bodies.size(); i++) {
                    byte[] part = clients.get(i).exactly(512 * 1024);
                    System.arraycopy(part, 0, parts[i], at, part.length);
                }
            }
            for (int i = 0; i < bodies.size(); i++) {
                assertArrayEquals(slice(from(i), 6 * MIB), parts[i]);
                assertArrayEquals(slice(from(i) + 6 * MIB, i), clients.get(i).exactly(i));
                clients.get(i).close();
            }
        }
    }

    @Test
    void piecesFromMemoryComeBetweenThoseFromTheFile() throws Exception {
        FileBody body = new FileBody(file, 3, 10 * MIB + 5, 100_000).alternating();
        try (TestServer server = serve(List.of(body, body(0, 9)));
                RawConnection client = server.connect()) {
            client.send(GET + GET);
            assertBody(3, 10 * MIB + 5, client.receive());
            assertBody(0, 9, client.receive());
            assertTrue(body.spans() > 50, body.spans() + " spans");
            assertTrue(body.buffers() > 50, body.buffers() + " buffers");
        }
    }

    @Test
    void spanOfAnySizeIsAskedForAnewAfterAMebibyte() throws Exception {
        FileBody body = new FileBody(file, 0, LARGE, Integer.MAX_VALUE);
        try (TestServer server = serve(List.of(body));
                RawConnection client = server.connect()) {
            assertBody(0, LARGE, client.send(GET).receive());
            assertTrue(body.spans() >= LARGE / MIB, body.spans() + " spans");
        }
    }

    @Test
    void headLeavesBeforeAFileThatIsNotThereYet() throws Exception {
        FileBody body = new FileBody(file, 100_000, 300_000, 100_000).alternating();
        try (TestServer server =
                        TestServer.start(exchange ->
                                exchange.send(head("X-Long", "x".repeat(60_000)), body));
                RawConnection client = server.connect()) {
            RawConnection.Answer answer = client.send(GET).receive();
            assertEquals(60_000, answer.field("X-Long").length());
            assertBody(100_000, 300_000, answer);
        }
    }

    @Test
    void answerToHeadReadsNothing() throws Exception {
        FileBody unread = body(0, LARGE);
        try (TestServer server = serve(List.of(unread, body(7, 70_000)));
                RawConnection client = server.connect()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
            assertEquals(Integer.toString(LARGE), client.receiveToHead().field("Content-Length"));
            assertBody(7, 70_000, client.receive());
            assertEquals(0, unread.spans() + unread.buffers());
            assertEquals(1, unread.closes());
        }
    }

    @Test
    void closeDelimitedBodyLeavesFromTheFile() throws Exception {
        FileBody body = body(9, 5 * MIB).unannounced();
        try (TestServer server = serve(List.of(body));
                RawConnection client = server.connect()) {
            assertBody(9, 5 * MIB, client.send("GET / HTTP/1.0\r\n\r\n").receive());
            assertEquals(0, body.buffers());
        }
    }

    @Test
    void chunkedBodyLeavesFromBuffers() throws Exception {
        FileBody body = body(9, 5 * MIB).unannounced();
        try (TestServer server = serve(List.of(body));
                RawConnection client = server.connect()) {
            assertBody(9, 5 * MIB, client.send(GET).receive());
            assertEquals(0, body.spans());
        }
    }

    @Test
    void clientThatResetsInTheMiddleEndsItsResponseAlone() throws Exception {
        FileBody left = body(0, LARGE);
        FileBody other = body(MIB, LARGE - MIB);
        try (TestServer server = serve(List.of(left, other));
                RawConnection staying = server.connect()) {
            try (RawConnection leaving = server.connect()) {
                leaving.send(GET);
                assertTrue(left.begun().await(10, TimeUnit.SECONDS), "nothing was sent");
                leaving.exactly(1000);
                leaving.socket().setSoLinger(true, 0);
            }
            assertTrue(end().endsWith(" false"));
            assertEquals(1, left.closes());
            assertBody(MIB, LARGE - MIB, staying.send(GET).receive());
        }
    }

    /** A connection that spins would ask for spans without end. */
    @Test
    void fileThatIsTruncatedUnderTheResponseCutsTheConnection() throws Exception {
        FileBody body = body(0, LARGE);
        try (TestServer server = serve(List.of(body));
                RawConnection client = server.connect()) {
            client.send(GET);
            client.head();
            assertTrue(body.begun().await(10, TimeUnit.SECONDS), "nothing was sent");
            file.truncate(MIB);
            byte[] received = untilCut(client.socket());
            assertTrue(received.length < LARGE, received.length + " bytes");
            assertArrayEquals(slice(0, received.length), received);
            assertTrue(end().endsWith(" false"));
            assertEquals(1, body.closes());
            assertTrue(body.spans() < 200, body.spans() + " spans");
        }
    }

    @Test
    void fileThatEndsEarlyGivesNoMoreThanItsBytes() throws Exception {
        file.truncate(100_000);
        FileBody body = body(50_000, 80_000);
        try (TestServer server = serve(List.of(body));
                RawConnection client = server.connect()) {
            client.send(GET);
            client.head();
            byte[] received = untilCut(client.socket());
            assertArrayEquals(slice(50_000, received.length), received);
            assertEquals("200 50000 false", end());
            assertTrue(body.spans() <= 3, body.spans() + " spans");
        }
    }

    @Test
    void fileThatIsClosedCutsTheConnection() throws Exception {
        FileBody body = body(0, LARGE);
        try (TestServer server = serve(List.of(body));
                RawConnection client = server.connect()) {
            file.close();
            client.send(GET);
            assertEquals("200 0 false", end());
            assertEquals(1, body.closes());
        }
    }

    @Test
    void spanPastTheAnnouncedLengthIsNotSent() throws Exception {
        FileBody body = new FileBody(file, 0, 2000, 1000);
        BodySource announcing = new Announcing(1500, body);
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.onEnd(this::ended);
                            exchange.send(head(), announcing);
                        });
                RawConnection client = server.connect()) {
            client.send(GET);
            assertEquals("200 1000 false", end());
        }
    }

    @Test
    void bodyThatEndsBeforeTheAnnouncedLengthCutsTheConnection() throws Exception {
        FileBody body = new FileBody(file, 0, 2000, 1000);
        BodySource announcing = new Announcing(2001, body);
        try (TestServer server =
                        TestServer.start(exchange -> {
                            exchange.onEnd(this::ended);
                            exchange.send(head(), announcing);
                        });
                RawConnection client = server.connect()) {
            client.send(GET);
            assertEquals("200 2000 false", end());
        }
    }

    @Test
    void clientThatTakesNothingIsCutAfterTheWriteTimeout() throws Exception {
        FileBody body = body(0, LARGE);
        ServerLimits limits =
                ServerLimits.DEFAULT.withTimeouts(
                        Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMillis(300));
        try (TestServer server = serve(limits, List.of(body));
                RawConnection client = server.connect()) {
            client.send(GET);
            assertTrue(end().endsWith(" false"));
            assertEquals(1, body.closes());
        }
    }

    // ---- Means

    /** Says another length than its body has. */
    private record Announcing(long length, FileBody body) implements BodySource {
        @Override
        public @Nullable ByteBuffer next() throws IOException {
            return body.next();
        }

        @Override
        public @Nullable Span span() {
            return body.span();
        }

        @Override
        public void consumed(long bytes) {
            body.consumed(bytes);
        }

        @Override
        public boolean ended() {
            return body.ended();
        }

        @Override
        public void onReadable(Runnable wake) {
            body.onReadable(wake);
        }

        @Override
        public void close() {
            body.close();
        }
    }

    private FileBody body(int from, int length) {
        return new FileBody(file, from, length, MIB);
    }

    private TestServer serve(List<FileBody> bodies) throws IOException {
        return serve(ServerLimits.DEFAULT, bodies);
    }

    /** Answers with one body after the other, or with the one that the target names. */
    private TestServer serve(ServerLimits limits, List<FileBody> bodies) throws IOException {
        Queue<FileBody> unused = new ConcurrentLinkedQueue<>(bodies);
        return TestServer.start(
                limits,
                exchange -> {
                    exchange.onEnd(this::ended);
                    String asked = exchange.request().target().substring(1);
                    exchange.send(
                            head(),
                            asked.isEmpty()
                                    ? unused.remove()
                                    : bodies.get(Integer.parseInt(asked)));
                });
    }

    private static ResponseHead head(String... fields) {
        return new ResponseHead(200, FieldList.of(fields));
    }

    private void ended(int status, long bytes, boolean whole) {
        ends.add(status + " " + bytes + " " + whole);
    }

    private String end() throws InterruptedException {
        String end = ends.poll(10, TimeUnit.SECONDS);
        return end == null ? "did not end" : end;
    }

    private byte[] slice(int from, int length) {
        return Arrays.copyOfRange(content, from, from + length);
    }

    private void assertBody(int from, int length, RawConnection.Answer answer) {
        assertEquals(200, answer.status());
        assertArrayEquals(slice(from, length), answer.content());
    }

    private static byte[] untilCut(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[65_536];
        InputStream in = socket.getInputStream();
        try {
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                all.write(some, 0, count);
            }
        } catch (SocketException expected) {
            return all.toByteArray();
        }
        throw new AssertionError("a clean end after " + all.size() + " bytes");
    }
}
