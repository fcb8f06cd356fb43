package dev.skerry.control.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.control.fleet.Fleet;
import dev.skerry.control.fleet.NodeSession;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Resource;
import dev.skerry.control.store.ControlStore;
import dev.skerry.net.events.EventStream;
import dev.skerry.net.server.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The change stream as resources of the API: {@code GET /v1/watch}, and what nodes say back. A
 * relay announces each node that follows through it with {@code POST /v1/nodes/{name}/hello}; the
 * answer's session goes into the reports that it passes on, and its head is what that node must
 * have applied before it is ready.
 */
public final class WatchResources implements AutoCloseable {
    /** How often a stream that follows hears of the control plane. */
    public static final Duration BEAT = Duration.ofSeconds(1);

    /** What may wait for one node before it is cut off. */
    static final int MOST_BACKLOG_BYTES = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(WatchResources.class);
    private static final FieldList FIELDS =
            FieldList.of("Content-Type", "text/event-stream", "Cache-Control", "no-store");
    private static final int BEATS_A_RECORD = 5;
    private static final int MOST_HELLO_BYTES = 16 * 1024;
    private static final int MOST_REPORT_BYTES = 1 << 20;
    private static final int MOST_ANSWER_BYTES = 1 << 20;

    private final Fleet fleet;
    private final Admission admission;
    private final ChangeFeed feed;
    private final AtomicBoolean recording = new AtomicBoolean();
    private final JsonMapper json = JsonMapper.builder().build();
    private int beats;

    private WatchResources(ControlStore store, Fleet fleet, InstantSource wall, Duration beat)
            throws IOException {
        this.fleet = fleet;
        this.admission = new Admission(store);
        this.feed = ChangeFeed.open(store, wall, fleet::follow, this::keepHouse, beat);
    }

    /**
     * Begins to follow the store for the nodes that will come.
     *
     * @param wall for the age of changes
     */
    public static WatchResources open(ControlStore store, Fleet fleet, InstantSource wall)
            throws IOException {
        return open(store, fleet, wall, BEAT);
    }

    static WatchResources open(ControlStore store, Fleet fleet, InstantSource wall, Duration beat)
            throws IOException {
        return new WatchResources(store, fleet, wall, beat);
    }

    /** What the API serves of it. */
    public List<Resource> resources() {
        Resource.Handler.Streaming watch = this::watch;
        Resource.Handler.Whole hello = this::hello;
        Resource.Handler.Whole report = this::report;
        Resource.Handler.Whole answer = this::answer;
        return List.of(
                new Resource(
                        "GET",
                        "/v1/watch",
                        Resource.Verb.NODE,
                        "Follow the changes as a node.",
                        0,
                        watch),
                new Resource(
                        "POST",
                        "/v1/nodes/{name}/hello",
                        Resource.Verb.NODE,
                        "Announce a node that follows through a relay.",
                        MOST_HELLO_BYTES,
                        hello),
                new Resource(
                        "POST",
                        "/v1/nodes/{name}/reports",
                        Resource.Verb.NODE,
                        "Say how far a node has come.",
                        MOST_REPORT_BYTES,
                        report),
                new Resource(
                        "POST",
                        "/v1/nodes/{name}/answers/{id}",
                        Resource.Verb.NODE,
                        "Answer a question that came down the stream.",
                        MOST_ANSWER_BYTES,
                        answer));
    }

    /** Ends all streams, and writes down how far their nodes are. */
    @Override
    public void close() throws IOException {
        feed.close();
        fleet.record();
    }

    private void watch(ApiCall call, Exchange exchange) throws ApiProblem, IOException {
        if (!exchange.request().method().equals("GET")) {
            throw new ApiProblem(405, "Method not allowed", "a stream is followed with GET");
        }
        NodeHello hello;
        try {
            hello = StreamCodec.readQuery(call.query());
        } catch (MalformedMessage e) {
            throw ApiProblem.badRequest(String.valueOf(e.getMessage()));
        }
        EventStream stream = new EventStream(MOST_BACKLOG_BYTES, exchange::abort);
        WatchSession session = new WatchSession(stream);
        // In this order (PURGE.md rule 13): whatever is accepted from here on waits for the node;
        // what was accepted before is at or below the head that is read next.
        NodeSession node = fleet.register(hello, exchange.remoteAddress().getAddress(), session);
        Admission.Start start = admit(node);
        exchange.send(new ResponseHead(200, FIELDS), stream);
        feed.join(session, node, start);
        stream.onClose(() -> {
            feed.leave(session);
            fleet.ended(node);
        });
    }

    private ApiAnswer hello(ApiCall call) throws ApiProblem, IOException {
        NodeHello hello;
        try {
            hello = StreamCodec.readHello(call.body());
        } catch (MalformedMessage e) {
            throw ApiProblem.badRequest(String.valueOf(e.getMessage()));
        }
        if (!hello.node().equals(call.part("name")) || hello.via() == null) {
            throw ApiProblem.badRequest("a hello names the node of its path, and via its relay");
        }
        NodeSession node = fleet.registerRelayed(hello);
        if (node == null) {
            throw new ApiProblem(
                    409,
                    "No such relay",
                    "node '"
                            + hello.via()
                            + "' follows no stream itself, or follows through this node");
        }
        Admission.Start start = admit(node);
        StreamCodec.Encoded welcome =
                StreamCodec.encode(new StreamEvent.Welcome(node.id(), start.head()));
        return new ApiAnswer(200, "application/json", welcome.json() + "\n", Map.of());
    }

    private Admission.Start admit(NodeSession node) throws IOException {
        try {
            NodeHello hello = node.hello();
            Admission.Start start = admission.judge(hello.node(), hello.from());
            fleet.verified(node, start.from());
            return start;
        } catch (IOException e) {
            fleet.ended(node);
            throw e;
        }
    }

    private ApiAnswer report(ApiCall call) throws ApiProblem, IOException {
        try {
            if (!fleet.report(call.part("name"), StreamCodec.readReport(call.body()))) {
                throw new ApiProblem(
                        409, "Session ended", "the session is not the node's newest: say hello");
            }
        } catch (MalformedMessage e) {
            throw ApiProblem.badRequest(String.valueOf(e.getMessage()));
        }
        return nothing();
    }

    private ApiAnswer answer(ApiCall call) throws ApiProblem, IOException {
        String text = new String(call.body(), StandardCharsets.UTF_8);
        try {
            json.readTree(text);
        } catch (JsonProcessingException e) {
            throw ApiProblem.badRequest("the answer is no JSON: " + e.getOriginalMessage());
        }
        if (!fleet.answer(call.part("name"), call.part("id"), text)) {
            throw ApiProblem.notFound("nobody waits for this answer");
        }
        return nothing();
    }

    private static ApiAnswer nothing() {
        return new ApiAnswer(204, "", "", Map.of());
    }

    /** On the feed's thread. */
    private void keepHouse() {
        fleet.endSilent();
        beats++;
        if (beats % BEATS_A_RECORD == 0 && recording.compareAndSet(false, true)) {
            Thread.ofVirtual().name("fleet-record").start(this::record);
        }
    }

    private void record() {
        try {
            fleet.record();
        } catch (IOException e) {
            LOG.warn("how far the nodes are cannot be written down: {}", e.getMessage());
        } finally {
            recording.set(false);
        }
    }
}
