package dev.skerry.control.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a control plane tells the others of the nodes that are connected to it: {@code
 * {"beat":7,"positions":[{"revision","hash"}],"nodes":[{"name","state","silent","at",…}]}}, where
 * {@code at} counts the positions from 0. Many nodes have come equally far.
 */
final class ReplicaText {
    static final String RECORDS = "replicas/";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ReplicaText() {}

    /**
     * A node.
     *
     * @param silentMillis since its last report, when this was written
     */
    record Node(
            NodeReport.State state,
            long silentMillis,
            @Nullable Position applied,
            List<NodeReport.SiteProblem> problems) {}

    /** What one control plane says. */
    record Said(long beat, Map<String, Node> nodes) {}

    static String write(long beat, List<FleetNode> nodes, long nowNanos) {
        ObjectNode json = JSON.createObjectNode().put("beat", beat);
        ArrayNode positions = json.putArray("positions");
        ArrayNode list = json.putArray("nodes");
        Map<Position, Integer> places = new LinkedHashMap<>();
        for (FleetNode node : nodes) {
            ObjectNode each =
                    list.addObject()
                            .put("name", node.name())
                            .put("state", node.state().name())
                            .put(
                                    "silent",
                                    Math.max(0, nowNanos - node.lastHeardNanos()) / 1_000_000);
            Position applied = node.applied();
            if (applied != null) {
                each.put("at", places.computeIfAbsent(applied, its -> places.size()));
            }
            for (NodeReport.SiteProblem problem : node.problems()) {
                each.withArrayProperty("problems")
                        .addArray()
                        .add(problem.site())
                        .add(problem.version())
                        .add(problem.detail());
            }
        }
        places.keySet()
                .forEach(position ->
                        positions
                                .addObject()
                                .put("revision", position.revision().toString())
                                .put("hash", position.hash()));
        return json.toString();
    }

    static Said read(String name, String record) {
        try {
            JsonNode json = JSON.readTree(record);
            List<Position> positions = new ArrayList<>();
            for (JsonNode each : json.path("positions")) {
                Revision revision = Revision.parse(each.path("revision").asText());
                if (revision == null) {
                    throw new IllegalStateException("the record " + name + " has no revision");
                }
                positions.add(new Position(revision, each.path("hash").asText()));
            }
            Map<String, Node> nodes = new TreeMap<>();
            for (JsonNode each : json.path("nodes")) {
                nodes.put(each.path("name").asText(), node(each, positions));
            }
            return new Said(json.path("beat").asLong(), nodes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the record " + name + " is damaged", e);
        }
    }

    private static Node node(JsonNode json, List<Position> positions) {
        List<NodeReport.SiteProblem> problems = new ArrayList<>();
        for (JsonNode problem : json.path("problems")) {
            problems.add(
                    new NodeReport.SiteProblem(
                            problem.path(0).asText(),
                            problem.path(1).asLong(),
                            problem.path(2).asText()));
        }
        return new Node(
                NodeReport.State.valueOf(json.path("state").asText()),
                json.path("silent").asLong(),
                json.has("at") ? positions.get(json.path("at").asInt()) : null,
                problems);
    }
}
