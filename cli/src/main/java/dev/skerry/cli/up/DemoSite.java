package dev.skerry.cli.up;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Conditionals;
import dev.skerry.cache.policy.RangeResponses;
import dev.skerry.cache.policy.RangeSelection;
import dev.skerry.net.server.BodySource;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.HttpServer;
import dev.skerry.net.server.ServerLimits;
import dev.skerry.net.server.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A little site to try a network on: pages and pictures, news that change every few seconds, a
 * clock that nobody may keep, a slow page, and a large file. {@code /try} says what is where.
 */
public final class DemoSite implements AutoCloseable {
    /** The length of {@code /large.bin}. */
    static final long LARGE_BYTES = 16L << 20;

    private static final int IO_THREADS = 1;
    private static final int BACKLOG = 1024;

    private static final FieldList LARGE =
            FieldList.of(
                    "Content-Type",
                    "application/octet-stream",
                    "Cache-Control",
                    "public, max-age=86400",
                    "ETag",
                    "\"lines-1-" + LARGE_BYTES + "\"",
                    "Last-Modified",
                    "Sun, 22 Nov 2026 09:00:00 GMT",
                    "Accept-Ranges",
                    "bytes",
                    "Surrogate-Key",
                    "site large");

    private final DemoPages pages;
    private final InstantSource clock;
    private final Duration slowness;
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable HttpServer server;

    private DemoSite(DemoPages pages, InstantSource clock, Duration slowness) {
        this.pages = pages;
        this.clock = clock;
        this.slowness = slowness;
    }

    /**
     * Starts it.
     *
     * @param address port 0 for any free one
     * @param clock what time it shows, and which news there are
     * @param slowness how long {@code /slow} takes
     * @throws IOException when the address cannot be had; the message names it
     */
    public static DemoSite start(InetSocketAddress address, InstantSource clock, Duration slowness)
            throws IOException {
        DemoSite site = new DemoSite(new DemoPages(), clock, slowness);
        site.server =
                HttpServer.start(
                        new ServerOptions(
                                address, null, null, IO_THREADS, BACKLOG, ServerLimits.DEFAULT),
                        site::handle);
        return site;
    }

    /** Where it is, with its real port. */
    public InetSocketAddress address() {
        HttpServer running = server;
        if (running == null) {
            throw new IllegalStateException("the site has not started");
        }
        return running.address();
    }

    /** Ends it at once; a slow page that is being waited for comes without its wait. */
    @Override
    public void close() {
        closing.countDown();
        HttpServer running = server;
        if (running != null) {
            running.close();
        }
    }

    private void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            refuse(exchange, 405, FieldList.of("Allow", "GET, HEAD"), "GET and HEAD only\n");
            return;
        }
        int query = request.target().indexOf('?');
        String path = query < 0 ? request.target() : request.target().substring(0, query);
        if (path.equals("/slow")) {
            exchange.dispatch(() -> answerSlowly(exchange));
            return;
        }
        Representation found = find(path);
        if (found == null) {
            FieldList fields =
                    FieldList.of("Cache-Control", "max-age=10", "Surrogate-Key", "site missing");
            refuse(exchange, 404, fields, "nothing is at this address\n");
        } else {
            answer(exchange, found);
        }
    }

    private @Nullable Representation find(String path) {
        return switch (path) {
            case "/news" -> News.at(clock.millis());
            case "/api/time" -> time();
            case "/large.bin" -> new Representation(LARGE, LARGE_BYTES, NumberedLines::new);
            default -> pages.find(path);
        };
    }

    private void answerSlowly(Exchange exchange) {
        try {
            boolean ending = closing.await(slowness.toMillis(), TimeUnit.MILLISECONDS);
            FieldList fields =
                    FieldList.of(
                            "Content-Type",
                            "text/plain; charset=utf-8",
                            "Cache-Control",
                            "no-cache",
                            "CDN-Cache-Control",
                            "max-age=5, stale-while-revalidate=60",
                            "Surrogate-Key",
                            "site slow");
            String text = (ending ? "hurried up at " : "slowly made at ") + clock.instant() + "\n";
            answer(exchange, Representation.of(fields, bytes(text)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.abort();
        }
    }

    private Representation time() {
        FieldList fields =
                FieldList.of("Content-Type", "application/json", "Cache-Control", "no-store");
        return Representation.of(fields, bytes("{\"time\":\"" + clock.instant() + "\"}\n"));
    }

    /** What every origin does with conditions and ranges: RFC 9110 §13.2.2, in its order. */
    private void answer(Exchange exchange, Representation found) {
        RequestHead request = exchange.request();
        FieldList fields =
                found.fields().toBuilder().add("Date", HttpDate.format(clock.millis())).build();
        ResponseHead whole = new ResponseHead(200, fields);
        if (Conditionals.evaluate(request, whole.status(), fields)
                == Conditionals.Outcome.NOT_MODIFIED) {
            exchange.send(Conditionals.notModified(whole, false), null);
            return;
        }
        switch (RangeSelection.select(request, whole, found.length())) {
            case RangeSelection.One one ->
                    exchange.send(
                            RangeResponses.partial(whole, one, found.length()),
                            found.body().part(one.from(), one.to()));
            case RangeSelection.Unsatisfiable none ->
                    exchange.send(RangeResponses.unsatisfiable(whole, found.length()), null);
            // A server may send the whole instead of several parts (RFC 9110 §14.2).
            case RangeSelection.Whole all ->
                    exchange.send(whole, found.body().part(0, found.length()));
            case RangeSelection.Several several ->
                    exchange.send(whole, found.body().part(0, found.length()));
        }
    }

    private void refuse(Exchange exchange, int status, FieldList fields, String text) {
        FieldList all =
                fields.toBuilder()
                        .add("Content-Type", "text/plain; charset=utf-8")
                        .add("Date", HttpDate.format(clock.millis()))
                        .build();
        exchange.send(new ResponseHead(status, all), BodySource.of(ByteBuffer.wrap(bytes(text))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
