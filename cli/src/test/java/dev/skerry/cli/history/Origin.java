package dev.skerry.cli.history;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skerry.cli.history.check.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The origin: items that have a version each, which is their content. A response is what the item
 * was when the request came, and some take their time, so that writes and purges overtake them.
 * Some items live long and some for a second, most have a validator, some are too long to be stored
 * inside of a head's record.
 */
final class Origin implements AutoCloseable {
    /** Tags {@code group-0} to {@code group-3}. */
    static final int GROUPS = 4;

    private static final int LONG_LINES = 2000;
    private static final int SLOWEST_MILLIS = 300;

    private final Recorder recorder;
    private final Map<String, AtomicLong> versions = new TreeMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Origin(Recorder recorder, List<String> items, HttpServer server) {
        this.recorder = recorder;
        this.server = server;
        items.forEach(item -> versions.put(item, new AtomicLong()));
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** Starts an origin of items, whose names end with a number. */
    static Origin start(Recorder recorder, List<String> items) throws IOException {
        // Else each answer waits for the acknowledgement of its head.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        return new Origin(recorder, items, server);
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<String> items() {
        return new ArrayList<>(versions.keySet());
    }

    /** Gives an item its next version. */
    void write(String item) {
        AtomicLong version = versions.get(item);
        if (version == null) {
            throw new IllegalArgumentException(item);
        }
        synchronized (version) {
            long start = recorder.now();
            long next = version.incrementAndGet();
            recorder.add(new Event.Wrote(item, next, start, recorder.now()));
        }
    }

    /** The number at the end of an item's name. */
    static int number(String item) {
        return Integer.parseInt(item.substring(item.lastIndexOf('-') + 1));
    }

    /** The version of an item that a body is; -1 if it is none. */
    static long version(String item, String body) {
        String line = body.substring(0, body.indexOf('\n') + 1);
        boolean whole = line.startsWith(item + " ") && body.equals(body(item, line));
        return whole ? Long.parseLong(line.substring(item.length() + 1).strip()) : -1;
    }

    private static String body(String item, String line) {
        return number(item) % 6 == 5 ? line.repeat(LONG_LINES) : line;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String item = exchange.getRequestURI().getPath().substring(1);
            AtomicLong known = versions.get(item);
            if (known == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            long version = known.get();
            takeTime(number(item));
            describe(exchange, item, version);
            String etag = exchange.getResponseHeaders().getFirst("ETag");
            if (etag != null
                    && etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                exchange.sendResponseHeaders(304, -1);
                return;
            }
            byte[] body = body(item, item + " " + version + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void describe(HttpExchange exchange, String item, long version) {
        int number = number(item);
        var fields = exchange.getResponseHeaders();
        fields.set(
                "Cache-Control",
                number % 5 == 4 ? "max-age=1, stale-while-revalidate=2" : "max-age=3600");
        fields.set("Surrogate-Key", item + " group-" + number % GROUPS);
        if (number % 7 != 6) {
            fields.set("ETag", "\"v" + version + "\"");
        }
    }

    /** Every third item is slow, and any is at times. */
    private static void takeTime(int number) throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (number % 3 == 2 || random.nextInt(10) == 0) {
            Thread.sleep(random.nextInt(SLOWEST_MILLIS));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
