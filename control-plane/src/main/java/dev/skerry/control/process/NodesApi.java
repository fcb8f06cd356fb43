package dev.skerry.control.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.NodeReport.SiteProblem;
import dev.skerry.config.protocol.Position;
import dev.skerry.control.access.AuditEntry;
import dev.skerry.control.access.AuditTrail;
import dev.skerry.control.fleet.Fleet;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.purge.PurgeDesk;
import dev.skerry.control.purge.Purges;
import dev.skerry.control.sites.Sites;
import dev.skerry.control.store.ControlStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /v1/nodes} and {@code /v1/status}. */
final class NodesApi {
    private static final String NODE = "/v1/nodes/{name}";

    private final ControlStore store;
    private final Fleet fleet;
    private final PurgeDesk purges;
    private final Sites sites;
    private final AuditTrail audit;

    NodesApi(ControlStore store, Fleet fleet, PurgeDesk purges, Sites sites, AuditTrail audit) {
        this.store = store;
        this.fleet = fleet;
        this.purges = purges;
        this.sites = sites;
        this.audit = audit;
    }

    List<Resource> resources() {
        return List.of(
                resource("GET", "/v1/nodes", Verb.READ, "All nodes that count", this::nodes),
                resource("DELETE", NODE, Verb.ADMIN, "Forget a node", this::forget),
                resource("GET", "/v1/status", Verb.READ, "All of it in short", this::status));
    }

    private static Resource resource(
            String method, String path, Verb verb, String summary, Resource.Handler.Whole handler) {
        return new Resource(method, path, verb, summary, 0, handler);
    }

    private ApiAnswer nodes(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        Position head = store.head();
        ObjectNode document = object().put("revision", head.revision().toString());
        ArrayNode nodes = document.putArray("nodes");
        fleet.nodes().forEach(node -> nodes.add(shown(node, head, call)));
        return ApiAnswer.json(200, document);
    }

    private ApiAnswer forget(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        String name = call.part("name");
        if (!fleet.forget(name)) {
            throw ApiProblem.notFound("there is no node '" + name + "'");
        }
        audit.write(AuditEntry.done(call.caller(), "DELETE " + NODE, null, 0, "node " + name));
        return ApiAnswer.nothing();
    }

    private ApiAnswer status(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        Position head = store.head();
        List<FleetNode> nodes = fleet.nodes();
        long current = nodes.stream().filter(node -> isCurrent(node, head)).count();
        long ready = nodes.stream().filter(NodesApi::isReady).count();
        ObjectNode document = object().put("revision", head.revision().toString());
        document.put("sites", sites.names().stream().filter(call::sees).count());
        document.putObject("nodes")
                .put("all", nodes.size())
                .put("ready", ready)
                .put("current", current);
        document.put("pendingPurges", pending(purges));
        return ApiAnswer.json(200, document);
    }

    /** The purges that some node has not acknowledged, of those that are remembered. */
    static long pending(PurgeDesk purges) throws IOException {
        return purges.list(site -> true, Purges.REMEMBERED).stream()
                .filter(receipt -> !receipt.done())
                .count();
    }

    static boolean isReady(FleetNode node) {
        return node.connected() && node.state().name().equals("READY");
    }

    private static boolean isCurrent(FleetNode node, Position head) {
        Long behind = behind(node.applied(), head);
        return behind != null && behind == 0;
    }

    /** Null when the node's position says nothing about this history. */
    private static @Nullable Long behind(@Nullable Position applied, Position head) {
        return applied == null || !applied.history().equals(head.history())
                ? null
                : Math.max(0, head.counter() - applied.counter());
    }

    private static ObjectNode shown(FleetNode node, Position head, ApiCall call) {
        ObjectNode shown =
                object().put("name", node.name())
                        .put("role", node.role())
                        .put("state", node.state().name().toLowerCase(Locale.ROOT))
                        .put("connected", node.connected());
        put(shown, "pop", node.pop());
        put(shown, "url", node.url());
        put(shown, "via", node.via());
        Position applied = node.applied();
        put(shown, "revision", applied == null ? null : applied.revision().toString());
        Long behind = behind(applied, head);
        if (behind != null) {
            shown.put("behind", behind);
        }
        for (SiteProblem problem : node.problems()) {
            if (call.sees(problem.site())) {
                shown.withArrayProperty("problems")
                        .addObject()
                        .put("site", problem.site())
                        .put("version", problem.version())
                        .put("detail", problem.detail());
            }
        }
        return shown;
    }

    private static void put(ObjectNode shown, String name, @Nullable String value) {
        if (value != null) {
            shown.put(name, value);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
