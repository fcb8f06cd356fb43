package dev.skerry.shield.relay;

import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.proxy.admin.AdminAnswer;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.admin.AdminReply;
import dev.skerry.proxy.admin.AdminRequest;
import dev.skerry.proxy.admin.AdminStream;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.feed.ControlLink;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a control plane serves to nodes, on the admin port of a shield that relays it: the stream
 * comes from the relay, and what nodes say goes up.
 */
final class RelayEndpoint implements AdminEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(RelayEndpoint.class);
    private static final int MOST_BODY_BYTES = 1 << 20;
    private static final String WATCH = "/v1/watch";
    private static final Pattern UPWARD =
            Pattern.compile(
                    "/v1/nodes/([A-Za-z0-9][A-Za-z0-9._-]{0,63})"
                            + "/(reports|hello|answers/[A-Za-z0-9._-]{1,128})");

    private final Relay relay;
    private final BearerToken token;

    RelayEndpoint(Relay relay, BearerToken token) {
        this.relay = relay;
        this.token = token;
    }

    @Override
    public boolean owns(String path) {
        return path.equals(WATCH) || UPWARD.matcher(path).matches();
    }

    @Override
    public int mostBodyBytes() {
        return MOST_BODY_BYTES;
    }

    @Override
    public BearerToken token() {
        return token;
    }

    @Override
    public AdminReply answer(AdminRequest request) {
        boolean watch = request.path().equals(WATCH);
        if (!request.method().equals(watch ? "GET" : "POST")) {
            AdminAnswer answer =
                    AdminAnswer.problem(
                            405, "Method not allowed", watch ? "only GET" : "only POST");
            return new AdminAnswer(
                    405,
                    answer.contentType(),
                    answer.body(),
                    Map.of("Allow", watch ? "GET" : "POST"));
        }
        return watch ? watch(request) : upward(request);
    }

    private AdminReply watch(AdminRequest request) {
        String query = request.query();
        NodeHello hello;
        try {
            hello = StreamCodec.readQuery(parameters(query == null ? "" : query));
        } catch (MalformedMessage | IllegalArgumentException e) {
            LOG.debug("a hello cannot be read", e);
            return AdminAnswer.problem(
                    400, "Bad request", "the query does not say who would follow");
        }
        if (relay.isFull()) {
            return AdminAnswer.problem(
                    503, "Too many nodes", "at most " + Relay.MOST_EDGES + " nodes follow here");
        }
        return new AdminStream("text/event-stream", cut -> relay.open(hello, request.peer(), cut));
    }

    private AdminAnswer upward(AdminRequest request) {
        Matcher parts = UPWARD.matcher(request.path());
        if (!parts.matches()) {
            throw new IllegalArgumentException(request.path());
        }
        RelayedStream stream = relay.stream(parts.group(1));
        if (parts.group(2).equals("reports") && stream != null) {
            AdminAnswer answer = early(stream, request.body());
            if (answer != null) {
                return answer;
            }
        }
        ControlLink link = relay.link();
        if (link == null) {
            return away();
        }
        try {
            ControlLink.Answer answer = link.post(request.path(), request.body());
            if (answer.status() == 409 && stream != null && parts.group(2).equals("reports")) {
                stream.forgotten();
                return away();
            }
            return AdminAnswer.of(answer.status(), "application/json", answer.body());
        } catch (IOException e) {
            LOG.debug("{} does not take what {} says", link.control(), parts.group(1), e);
            return away();
        }
    }

    /**
     * An answer to a report that the control plane would not understand: of a session that has just
     * been replaced, as the node is about to hear. Null for any other.
     */
    private static @Nullable AdminAnswer early(RelayedStream stream, byte[] report) {
        String session = stream.session();
        if (session == null) {
            return away();
        }
        try {
            NodeReport said = StreamCodec.readReport(report);
            if (!said.session().equals(session)) {
                return away();
            }
            stream.pinged(said.ping());
            return null;
        } catch (MalformedMessage e) {
            return AdminAnswer.problem(400, "Bad request", "the report cannot be read");
        }
    }

    private static AdminAnswer away() {
        return AdminAnswer.problem(
                503, "Control plane away", "it does not know this session now; go on");
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        each.substring(0, equals),
                        URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }
}
