package dev.skerry.control.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.skerry.cache.http.FieldList;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.events.EventReader;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node as a test plays it: it follows a stream, and says what it is told to. */
final class TestNode implements AutoCloseable {
    private static final String JSON = "Content-Type: application/json";
    private static final StreamEvent END = new StreamEvent.Refused("the stream has ended");

    final NodeHello hello;
    private final InetSocketAddress address;
    private final HttpClient.Response response;
    private final BlockingQueue<StreamEvent> events = new LinkedBlockingQueue<>();
    private String session = "";
    private long ping;

    private TestNode(NodeHello hello, InetSocketAddress address, HttpClient.Response response) {
        this.hello = hello;
        this.address = address;
        this.response = response;
    }

    static NodeHello edge(String name, @Nullable Position from) {
        return new NodeHello(name, "edge", "fra", "http://{host}:8081", from, null);
    }

    static TestNode follow(HttpClient client, InetSocketAddress address, NodeHello hello)
            throws IOException {
        HttpClient.Response response;
        try {
            response = client.send(request(address, hello));
        } catch (ClientFailure e) {
            throw new IOException(e);
        }
        TestNode node = new TestNode(hello, address, response);
        assertEquals(200, response.head().status());
        Thread.ofVirtual().start(node::read);
        return node;
    }

    private static HttpClient.Request request(InetSocketAddress address, NodeHello hello) {
        Duration bound = Duration.ofSeconds(30);
        return new HttpClient.Request(
                "GET",
                "http",
                "localhost",
                address,
                "/v1/watch?" + StreamCodec.writeQuery(hello),
                FieldList.of("Host", "localhost"),
                null,
                0,
                true,
                new HttpClient.Timeouts(bound, bound, bound, Duration.ZERO),
                head -> {});
    }

    private void read() {
        EventReader reader = new EventReader(response::read);
        try {
            for (EventReader.Event event = reader.next(); event != null; event = reader.next()) {
                StreamEvent read = StreamCodec.decode(event.name(), event.data());
                if (read != null) {
                    events.add(read);
                }
            }
        } catch (Exception e) {
            // Cut off: the same to a node.
        }
        events.add(END);
    }

    /** The next event, whatever it is. */
    StreamEvent any() throws InterruptedException {
        StreamEvent event = events.poll(30, TimeUnit.SECONDS);
        assertNotNull(event, "no event came");
        return event;
    }

    /** The next event but beats. */
    <T extends StreamEvent> T next(Class<T> type) throws InterruptedException {
        StreamEvent event = any();
        while (event instanceof StreamEvent.Beat) {
            event = any();
        }
        T wanted = assertInstanceOf(type, event);
        if (wanted instanceof StreamEvent.Welcome welcome) {
            session = welcome.session();
        }
        return wanted;
    }

    /** The next beat, whatever comes before. */
    StreamEvent.Beat beat() throws InterruptedException {
        StreamEvent event = any();
        while (!(event instanceof StreamEvent.Beat beat)) {
            event = any();
        }
        return beat;
    }

    /** Passes over what comes until the end of the stream. */
    void awaitEnd() throws InterruptedException {
        while (!any().equals(END)) {
            Thread.onSpinWait();
        }
    }

    String session() {
        return session;
    }

    long report(@Nullable Position applied) throws IOException {
        assertEquals(204, report(applied, NodeReport.State.READY).status());
        return ping;
    }

    RawResponse report(@Nullable Position applied, NodeReport.State state) throws IOException {
        ping++;
        return reportAs(hello.node(), new NodeReport(session, ping, applied, state, List.of()));
    }

    RawResponse reportAs(String name, NodeReport report) throws IOException {
        return post("/v1/nodes/" + name + "/reports", StreamCodec.writeReport(report));
    }

    RawResponse post(String path, String json) throws IOException {
        try (RawClient raw = RawClient.connect(address.getPort())) {
            return raw.requestWithBody("POST", path, json, JSON).readResponse();
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
