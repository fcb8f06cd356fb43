package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.Representation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random ranges by several clients at once, of a resource that changes, from an origin that breaks
 * off, fails and lies about ranges, with purges between. Whatever comes, each response is of one
 * version, every byte at its place, and none is older than the last purge that was over when it was
 * asked for. A response may break off; what has come until then is judged as well.
 */
@Tag("slow")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PartialSimulationTest extends NodeScene {
    private static final int LENGTH = 60_000;
    private static final int CLIENTS = 4;
    private static final int STEPS = 80;
    private static final List<String> TARGETS = List.of("/strong", "/weak", "/none");

    private final long seed = Long.getLong("skerry.seed", new Random().nextLong());
    private final AtomicInteger version = new AtomicInteger(1);
    private final AtomicInteger floor = new AtomicInteger(1);

    @Test
    void everyResponseIsOfOneVersionAndNoneIsOlderThanItsPurge() throws Exception {
        Random faults = new Random(seed);
        for (String target : TARGETS) {
            origin.on(target, request -> answer(request, faults));
        }
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed + 1 + i);
            clients.add(() -> ask(random));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = new ArrayList<>();
            clients.forEach(client -> running.add(threads.submit(client)));
            Random changes = new Random(seed - 1);
            while (running.stream().anyMatch(client -> !client.isDone())) {
                change(changes);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            int whole = 0;
            for (Future<Integer> client : running) {
                whole += client.get();
            }
            assertTrue(whole > CLIENTS * STEPS / 3, whole + " whole responses");
        } catch (Exception | AssertionError e) {
            throw new AssertionError("-Dskerry.seed=" + seed, e);
        }
    }

    private Reply answer(ReceivedRequest request, Random random) {
        int now = version.get();
        Representation current =
                new Representation(now, LENGTH)
                        .field("X-Version", Integer.toString(now))
                        .field("Cache-Control", "max-age=" + (random.nextInt(4) == 0 ? 0 : 1000));
        switch (request.target()) {
            case "/strong" -> current.tag("\"" + now + "\"");
            case "/weak" -> current.tag("W/\"" + now + "\"");
            default -> {}
        }
        Reply reply = current.apply(request);
        return switch (random.nextInt(16)) {
            case 0 -> reply.cutAfter(random.nextInt(LENGTH));
            case 1 -> Reply.status(503).body("");
            case 2 -> new Representation(now, LENGTH).field("X-Version", "" + now).apply(request);
            default -> reply;
        };
    }

    private void change(Random random) {
        switch (random.nextInt(12)) {
            case 0, 1 -> version.incrementAndGet();
            case 2 -> {
                int last = version.incrementAndGet();
                purge(Scope.EVERYTHING, "", Mode.HARD);
                floor.set(last);
            }
            case 3 -> purge(Scope.EVERYTHING, "", Mode.SOFT);
            default -> {}
        }
    }

    /** The number of whole responses. */
    private int ask(Random random) throws IOException {
        int whole = 0;
        for (int i = 0; i < STEPS; i++) {
            String target = TARGETS.get(random.nextInt(TARGETS.size()));
            String range = range(random);
            int oldest = floor.get();
            try (RawClient client =
                    range == null ? ask(target) : ask(target, "Range: bytes=" + range)) {
                RawResponse head = client.readHead();
                String told = head.field("X-Version");
                if (told == null) {
                    assertTrue(head.status() >= 400, head.toString());
                    continue;
                }
                int of = Integer.parseInt(told);
                assertTrue(of >= oldest, of + " after a purge at " + oldest);
                whole += read(client, head, of, oldest) ? 1 : 0;
            }
        }
        return whole;
    }

    private static boolean read(RawClient client, RawResponse head, int of, int oldest) {
        long from = 0;
        if (head.status() == 206) {
            ContentRange place =
                    Objects.requireNonNull(ContentRange.parse(head.field("Content-Range")));
            assertEquals(LENGTH, place.length());
            from = place.from();
        } else {
            assertEquals(200, head.status(), () -> head + " " + oldest);
        }
        try {
            client.readBody(head, PatternBytes.checker(of, from));
            return true;
        } catch (IOException brokenOff) {
            return false;
        }
    }

    private static @Nullable String range(Random random) {
        int from = random.nextInt(LENGTH);
        int length = 1 + random.nextInt(1 << (4 + random.nextInt(12)));
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> "-" + length;
            case 2 -> from + "-";
            default -> from + "-" + Math.min(LENGTH - 1, from + length);
        };
    }
}
