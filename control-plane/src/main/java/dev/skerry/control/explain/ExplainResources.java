package dev.skerry.control.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.ExplainQuestion;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.routing.IpLiteral;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.fleet.FleetView;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Resource;
import dev.skerry.control.route.RoutePlan;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/explain?url=&ip=}: what would become of a request now, and why. The router says
 * which edge; then every node says what it would do, each by what it has stored and applied.
 */
public final class ExplainResources {
    /** A node that is connected answers within five seconds or not at all. */
    private static final long PATIENCE_SECONDS = 6;

    private static final int MOST_ANSWER = 1 << 20;

    private final FleetView fleet;
    private final RouteExplainer router;
    private final JsonMapper json = JsonMapper.builder().build();

    /** Resources over a fleet and its router. */
    public ExplainResources(FleetView fleet, RouteExplainer router) {
        this.fleet = fleet;
        this.router = router;
    }

    /** All of them. */
    public List<Resource> resources() {
        return List.of(
                new Resource(
                        "GET",
                        "/v1/explain",
                        Resource.Verb.READ,
                        "What would become of a request for url= of a client at ip= (127.0.0.1 if"
                                + " left out)",
                        0,
                        (Resource.Handler.Whole) this::explain));
    }

    private ApiAnswer explain(ApiCall call) throws ApiProblem, InterruptedException {
        ExplainQuestion question = question(call.query().get("url"));
        InetAddress client = client(call.query().get("ip"));
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("url", question.url()).put("ip", client.getHostAddress());
        RoutePlan plan = router.plan(question.authority(), question.target(), client);
        refuseOther(call, plan == null ? null : plan.site());
        String chosen = plan == null ? "" : RouteText.edge(plan);
        if (plan != null) {
            document.set("router", RouteText.json(plan));
        }
        Map<FleetNode, CompletableFuture<String>> asked = new LinkedHashMap<>();
        for (FleetNode node : inOrder(chosen)) {
            asked.put(node, fleet.ask(node.name(), question.json()).toCompletableFuture());
        }
        ArrayNode nodes = document.putArray("nodes");
        for (Map.Entry<FleetNode, CompletableFuture<String>> each : asked.entrySet()) {
            ObjectNode node = node(each.getKey(), each.getValue(), chosen);
            refuseOther(call, node.path("answer").path("site").textValue());
            nodes.add(node);
        }
        document.putArray("verdict").addAll(verdict(plan, nodes));
        return ApiAnswer.json(200, document);
    }

    /** What is stored of a site is for those to know who may read that site. */
    private static void refuseOther(ApiCall call, @Nullable String site) throws ApiProblem {
        if (site != null && !call.sees(site)) {
            throw new ApiProblem(403, "Forbidden", "the token is not for the site of this URL");
        }
    }

    private static ExplainQuestion question(@Nullable String url) throws ApiProblem {
        if (url == null) {
            throw ApiProblem.badRequest("the query needs url=, the URL to explain");
        }
        try {
            return ExplainQuestion.of(url);
        } catch (MalformedMessage e) {
            throw ApiProblem.badRequest("url: " + e.getMessage());
        }
    }

    private static InetAddress client(@Nullable String ip) throws ApiProblem {
        if (ip == null) {
            return InetAddress.getLoopbackAddress();
        }
        InetAddress client = IpLiteral.parse(ip);
        if (client == null) {
            throw ApiProblem.badRequest("ip: '" + ip + "' is no address such as 192.0.2.1");
        }
        return client;
    }

    /** The way of a request: the edge that is chosen, the other edges, the shields. */
    private List<FleetNode> inOrder(String chosen) {
        List<FleetNode> nodes = new ArrayList<>(fleet.nodes());
        nodes.sort(
                Comparator.comparing((FleetNode node) -> !node.name().equals(chosen))
                        .thenComparing(FleetNode::role)
                        .thenComparing(FleetNode::name));
        return nodes;
    }

    private ObjectNode node(FleetNode node, CompletableFuture<String> answer, String chosen)
            throws InterruptedException {
        ObjectNode said = JsonNodeFactory.instance.objectNode();
        said.put("node", node.name()).put("role", node.role()).put("pop", node.pop());
        said.put("state", node.state().name().toLowerCase(Locale.ROOT));
        said.put("connected", node.connected()).put("chosen", node.name().equals(chosen));
        try {
            said.set("answer", parsed(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        } catch (ExecutionException e) {
            said.put("problem", reason(node, e.getCause()));
        } catch (TimeoutException e) {
            said.put("problem", "it did not answer in time");
        }
        return said;
    }

    private JsonNode parsed(String answer) throws ExecutionException {
        try {
            JsonNode document = answer.length() > MOST_ANSWER ? null : json.readTree(answer);
            if (document != null && document.isObject()) {
                return document;
            }
        } catch (JsonProcessingException e) {
            // As good as any other text that is none.
        }
        throw new ExecutionException("its answer is no document", null);
    }

    private static String reason(FleetNode node, @Nullable Throwable cause) {
        if (!node.connected()) {
            return "it is not connected";
        }
        String message = cause == null ? null : cause.getMessage();
        return message == null ? "its answer is no document" : message;
    }

    /** What happens, tier by tier, until somebody has an answer. */
    private static List<JsonNode> verdict(@Nullable RoutePlan plan, ArrayNode nodes) {
        List<JsonNode> lines = new ArrayList<>();
        if (plan != null) {
            lines.add(
                    JsonNodeFactory.instance.textNode(RouteText.json(plan).path("words").asText()));
        }
        for (JsonNode node : nodes) {
            JsonNode next = node.path("answer").path("next");
            boolean edge = node.path("chosen").asBoolean();
            if (!edge && !node.path("role").asText().equals("shield")) {
                continue;
            }
            String words =
                    next.isMissingNode()
                            ? node.path("problem").asText()
                            : next.path("words").asText();
            lines.add(JsonNodeFactory.instance.textNode(node.path("node").asText() + ": " + words));
            if (edge && answers(next.path("word").asText())) {
                break;
            }
        }
        return lines;
    }

    /** Whether nobody behind is asked. */
    private static boolean answers(String word) {
        return switch (word) {
            case "hit", "stale-if-error", "local" -> true;
            default -> false;
        };
    }
}
