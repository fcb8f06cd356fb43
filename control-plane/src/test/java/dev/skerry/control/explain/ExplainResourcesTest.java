package dev.skerry.control.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.protocol.NodeReport.State;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.fleet.FleetView;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Resource;
import dev.skerry.control.route.Outcome;
import dev.skerry.control.route.Placement;
import dev.skerry.control.route.RoutePlan;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExplainResourcesTest {
    private final Answers fleet = new Answers();
    private @Nullable RoutePlan plan =
            new RoutePlan(
                    Outcome.REDIRECTED,
                    "shop",
                    InetAddress.getLoopbackAddress(),
                    new Placement(Placement.How.COUNTRY, "DE", null, null),
                    List.of(
                            new RoutePlan.Candidate("edge-2", "fra", 120, "http://a:8082/news"),
                            new RoutePlan.Candidate("edge-1", "iad", 6500, "http://a:8081/news")),
                    "http://a:8082/news");

    @Test
    void theWayOfTheRequestComesFirst() throws Exception {
        fleet.say("edge-1", next("fetch", "Would fetch."));
        fleet.say("edge-2", next("fetch", "Would ask."));
        fleet.say("shield-1", next("hit", "Would send."));

        JsonNode document = explain(Map.of("url", "http://a/news", "ip", "192.0.2.1"));

        assertEquals("192.0.2.1", document.path("ip").asText());
        assertEquals(
                List.of("edge-2", "edge-1", "shield-1"),
                document.path("nodes").findValuesAsText("node"));
        assertEquals(true, document.path("nodes").path(0).path("chosen").asBoolean());
        assertEquals(
                "The client is sent to edge-2: the client is by its address in DE, 120 km from"
                        + " there; it comes first of 2 edges in rotation.",
                document.path("router").path("words").asText());
        assertEquals("edge-2: Would ask.", document.path("verdict").path(1).asText());
        assertEquals("shield-1: Would send.", document.path("verdict").path(2).asText());
    }

    @Test
    void whoeverHasTheAnswerEndsTheVerdict() throws Exception {
        fleet.say("edge-2", next("hit", "Would send."));
        fleet.say("shield-1", next("fetch", "Would ask."));

        JsonNode verdict = explain(Map.of("url", "http://a/news")).path("verdict");

        assertEquals(2, verdict.size());
    }

    @Test
    void aNodeThatDoesNotAnswerIsSaidSo() throws Exception {
        fleet.fail("edge-2", "it is gone");
        fleet.say("shield-1", "no document");

        JsonNode nodes = explain(Map.of("url", "http://a/news")).path("nodes");

        assertEquals("it is gone", nodes.path(0).path("problem").asText());
        assertEquals("its answer is no document", nodes.path(1).path("problem").asText());
    }

    @Test
    void withoutARouterTheNodesAreAskedAllTheSame() throws Exception {
        plan = null;
        fleet.say("edge-1", next("hit", "Would send."));

        JsonNode document = explain(Map.of("url", "http://a/news"));

        assertEquals(true, document.path("router").isMissingNode());
        assertEquals(1, document.path("nodes").size());
    }

    @ParameterizedTest
    @CsvSource({"http://a/, nowhere", "news, 192.0.2.1", "'', 192.0.2.1"})
    void aBadQuestionIsRefused(String url, String ip) {
        ApiProblem problem =
                assertThrows(ApiProblem.class, () -> explain(Map.of("url", url, "ip", ip)));

        assertEquals(400, problem.status());
    }

    @Test
    void aTokenForAnotherSiteIsRefused() {
        ApiCall call =
                new ApiCall(
                        Map.of(),
                        Map.of("url", "http://a/"),
                        ApiCall.Fields.NONE,
                        new byte[0],
                        "ci",
                        site -> site.equals("blog"));

        assertEquals(403, assertThrows(ApiProblem.class, () -> explain(call)).status());
    }

    private JsonNode explain(Map<String, String> query) throws Exception {
        return explain(new ApiCall(Map.of(), query, ApiCall.Fields.NONE, new byte[0], "admin"));
    }

    private JsonNode explain(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        Resource resource =
                new ExplainResources(fleet, (host, target, client) -> plan).resources().getFirst();
        Resource.Handler.Whole handler = (Resource.Handler.Whole) resource.handler();
        return JsonMapper.builder().build().readTree(handler.answer(call).body());
    }

    private static String next(String word, String words) {
        return "{\"next\":{\"word\":\"" + word + "\",\"words\":\"" + words + "\"}}";
    }

    /** Nodes that say what they were told to. */
    private static final class Answers implements FleetView {
        private final Map<String, CompletableFuture<String>> said = new ConcurrentHashMap<>();

        void say(String node, String answer) {
            said.put(node, CompletableFuture.completedFuture(answer));
        }

        void fail(String node, String why) {
            said.put(node, CompletableFuture.failedFuture(new IOException(why)));
        }

        @Override
        public List<FleetNode> nodes() {
            return said.keySet().stream().sorted().map(Answers::node).toList();
        }

        @Override
        public void onChange(Runnable wake) {}

        @Override
        public CompletionStage<String> ask(String node, String question) {
            return said.getOrDefault(node, new CompletableFuture<>());
        }

        private static FleetNode node(String name) {
            return new FleetNode(
                    name,
                    name.substring(0, name.indexOf('-')),
                    null,
                    null,
                    null,
                    null,
                    State.READY,
                    null,
                    0,
                    true,
                    List.of());
        }
    }
}
