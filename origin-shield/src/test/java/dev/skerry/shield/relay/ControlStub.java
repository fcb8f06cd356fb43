package dev.skerry.shield.relay;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.config.Origin;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.net.events.EventStream;
import dev.skerry.net.server.BodySource;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.HttpServer;
import dev.skerry.net.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A control plane that says what a test tells it to, over real sockets. */
final class ControlStub implements AutoCloseable {
    static final String TOKEN = "a-token-of-32-characters-for-test";

    final BlockingQueue<Opened> opened = new LinkedBlockingQueue<>();
    final BlockingQueue<NodeReport> reports = new LinkedBlockingQueue<>();
    final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    final BlockingQueue<NodeHello> hellos = new LinkedBlockingQueue<>();
    private final List<EventStream> streams = new CopyOnWriteArrayList<>();
    volatile @Nullable Position head;
    volatile @Nullable String forgotten;
    private final int port;
    private @Nullable HttpServer server;
    private int sessions;

    /** A stream that a node has opened. */
    record Opened(NodeHello hello, EventStream events) {
        Opened send(StreamEvent event) {
            StreamCodec.Encoded encoded = StreamCodec.encode(event);
            events.offer(encoded.name(), null, encoded.json());
            return this;
        }
    }

    private ControlStub(int port) throws IOException {
        this.server = listen(port);
        this.port = server.address().getPort();
    }

    static ControlStub start() throws IOException {
        return new ControlStub(0);
    }

    Origin url() {
        return Origin.of("http://127.0.0.1:" + port);
    }

    void stop() {
        HttpServer running = server;
        if (running != null) {
            running.close();
        }
        server = null;
    }

    void restart() throws IOException {
        server = listen(port);
    }

    @Override
    public void close() {
        stop();
    }

    Opened awaitStream() throws InterruptedException {
        return took(opened.poll(20, TimeUnit.SECONDS), "no stream was opened");
    }

    /** The next stream of such a node; others are left open. */
    Opened awaitStream(Predicate<String> node) throws InterruptedException {
        while (true) {
            Opened stream = awaitStream();
            if (node.test(stream.hello().node())) {
                return stream;
            }
        }
    }

    /** Ends all streams. */
    void closeStreams() {
        streams.forEach(EventStream::finish);
        streams.clear();
    }

    NodeReport awaitReport() throws InterruptedException {
        return took(reports.poll(20, TimeUnit.SECONDS), "no report came");
    }

    /** The first report from now on that fits. */
    NodeReport awaitReport(Predicate<NodeReport> fits) throws InterruptedException {
        while (true) {
            NodeReport report = awaitReport();
            if (fits.test(report)) {
                return report;
            }
        }
    }

    private static <T> T took(@Nullable T taken, String complaint) {
        if (taken == null) {
            throw new AssertionError(complaint);
        }
        return taken;
    }

    private HttpServer listen(int wanted) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted);
        return HttpServer.start(
                ServerOptions.plain(address).withIoThreads(1),
                exchange -> exchange.dispatch(() -> answer(exchange)));
    }

    private void answer(Exchange exchange) {
        String target = exchange.request().target();
        try {
            if (!("Bearer " + TOKEN).equals(exchange.header("Authorization"))) {
                send(exchange, 401);
            } else if (target.startsWith("/v1/watch?")) {
                watch(exchange, target.substring("/v1/watch?".length()));
            } else if (target.endsWith("/reports")) {
                NodeReport report = StreamCodec.readReport(body(exchange));
                if (report.session().equals(forgotten)) {
                    send(exchange, 409);
                    return;
                }
                reports.add(report);
                send(exchange, 204);
            } else if (target.contains("/answers/")) {
                answers.add(
                        target.substring(target.lastIndexOf('/') + 1)
                                + " "
                                + new String(body(exchange), StandardCharsets.UTF_8));
                send(exchange, 204);
            } else if (target.endsWith("/hello")) {
                hello(exchange);
            } else {
                send(exchange, 404);
            }
        } catch (IOException | MalformedMessage e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] body(Exchange exchange) throws IOException {
        return exchange.requestBody().readAllBytes();
    }

    private void watch(Exchange exchange, String query) throws MalformedMessage {
        Map<String, String> parameters = new HashMap<>();
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            parameters.put(
                    each.substring(0, equals),
                    URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8));
        }
        EventStream events = new EventStream(16 << 20, exchange::abort);
        exchange.send(
                new ResponseHead(200, FieldList.of("Content-Type", "text/event-stream")), events);
        streams.add(events);
        opened.add(new Opened(StreamCodec.readQuery(parameters), events));
    }

    /** Sessions of relayed nodes are called after them, and counted. */
    private void hello(Exchange exchange) throws IOException, MalformedMessage {
        NodeHello hello = StreamCodec.readHello(body(exchange));
        Position at = head;
        if (at == null) {
            send(exchange, 503);
            return;
        }
        hellos.add(hello);
        String session = hello.node() + "-" + ++sessions;
        String welcome = StreamCodec.encode(new StreamEvent.Welcome(session, at)).json();
        exchange.send(
                new ResponseHead(200, FieldList.of("Content-Type", "application/json")),
                BodySource.of(ByteBuffer.wrap(welcome.getBytes(StandardCharsets.UTF_8))));
    }

    private static void send(Exchange exchange, int status) {
        exchange.send(
                new ResponseHead(status, FieldList.of("Content-Type", "text/plain")),
                status == 204 ? null : BodySource.of(ByteBuffer.wrap(new byte[] {'x'})));
    }
}
