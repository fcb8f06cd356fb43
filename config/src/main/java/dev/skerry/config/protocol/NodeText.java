package dev.skerry.config.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.NodeReport.SiteProblem;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What nodes say as text: reports and hellos. */
final class NodeText {
    static final int MOST_PROBLEMS = 100;
    static final int MOST_DETAIL = 2000;
    private static final int MOST_URL = 2048;

    /** The longest IPv6 address, with an IPv4 address at its end. */
    private static final int MOST_ADDRESS = 45;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern URL = Pattern.compile("https?://[!-~]+");

    private NodeText() {}

    /** Where a hello's members come from. */
    @FunctionalInterface
    interface Members {
        @Nullable String get(String name) throws MalformedMessage;
    }

    static ObjectNode write(NodeReport report) {
        ObjectNode json = StreamCodec.object();
        json.put("session", report.session()).put("ping", report.ping());
        Position applied = report.applied();
        if (applied != null) {
            json.set("applied", StreamCodec.write(applied));
        }
        json.put("state", StreamCodec.word(report.state()));
        ArrayNode problems = json.putArray("problems");
        for (SiteProblem problem : report.problems().stream().limit(MOST_PROBLEMS).toList()) {
            problems.addObject()
                    .put("site", problem.site())
                    .put("version", problem.version())
                    .put("detail", cut(problem.detail()));
        }
        return json;
    }

    static NodeReport readReport(MessageReader in) throws MalformedMessage {
        List<SiteProblem> problems = in.list("problems", NodeText::readProblem);
        if (problems.size() > MOST_PROBLEMS) {
            throw in.wrong("problems", "are more than " + MOST_PROBLEMS);
        }
        return new NodeReport(
                in.text("session"),
                in.number("ping", 0),
                in.optionalPosition("applied"),
                in.word("state", NodeReport.State.class),
                problems);
    }

    static Map<String, String> parameters(NodeHello hello) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("node", hello.node());
        parameters.put("role", hello.role());
        put(parameters, "pop", hello.pop());
        put(parameters, "url", hello.url());
        Position from = hello.from();
        if (from != null) {
            parameters.put("from", from.revision().toString());
            parameters.put("hash", from.hash());
        }
        put(parameters, "via", hello.via());
        put(parameters, "peer", hello.peer());
        return parameters;
    }

    static String query(NodeHello hello) {
        return parameters(hello).entrySet().stream()
                .map(each ->
                        each.getKey()
                                + "="
                                + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    static NodeHello readHello(Members in) throws MalformedMessage {
        String node = name(in, "node");
        String role = in.get("role");
        if (node == null || role == null) {
            throw new MalformedMessage("a hello names node and role");
        }
        if (!role.equals("edge") && !role.equals("shield")) {
            throw new MalformedMessage("the role is edge or shield");
        }
        String url = in.get("url");
        if (url != null && (url.length() > MOST_URL || !URL.matcher(url).matches())) {
            throw new MalformedMessage("the url does not begin with http:// or https://");
        }
        return new NodeHello(node, role, name(in, "pop"), url, from(in), name(in, "via"), peer(in));
    }

    private static @Nullable String peer(Members in) throws MalformedMessage {
        String peer = in.get("peer");
        if (peer == null) {
            return null;
        }
        try {
            if (peer.length() > MOST_ADDRESS) {
                throw new IllegalArgumentException("too long");
            }
            return InetAddress.ofLiteral(peer).getHostAddress();
        } catch (IllegalArgumentException e) {
            throw new MalformedMessage("the peer is no address literal");
        }
    }

    private static @Nullable Position from(Members in) throws MalformedMessage {
        String revision = in.get("from");
        String hash = in.get("hash");
        if (revision == null && hash == null) {
            return null;
        }
        if (revision == null || hash == null) {
            throw new MalformedMessage("from and hash come together");
        }
        return MessageReader.position(revision, hash);
    }

    private static @Nullable String name(Members in, String member) throws MalformedMessage {
        String name = in.get(member);
        if (name != null && !NAME.matcher(name).matches()) {
            throw new MalformedMessage(
                    member
                            + " is 1 to 64 letters, digits, '.', '_' and '-', a letter or digit"
                            + " first");
        }
        return name;
    }

    private static SiteProblem readProblem(MessageReader in) throws MalformedMessage {
        String detail = in.text("detail");
        if (detail.length() > MOST_DETAIL) {
            throw in.wrong("detail", "has more than " + MOST_DETAIL + " characters");
        }
        return new SiteProblem(in.text("site"), in.number("version", 0), detail);
    }

    private static String cut(String detail) {
        return detail.length() <= MOST_DETAIL ? detail : detail.substring(0, MOST_DETAIL);
    }

    private static void put(Map<String, String> into, String name, @Nullable String value) {
        if (value != null) {
            into.put(name, value);
        }
    }
}
