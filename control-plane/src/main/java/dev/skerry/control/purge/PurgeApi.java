package dev.skerry.control.purge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.text.Durations;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.Resource.Verb;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/sites/{site}/purges}, {@code GET /v1/purges/{id}} and {@code GET /v1/purges};
 * where one node stands alone also {@code POST /v1/purges} of its only site. Every problem of a
 * refused document is listed.
 */
public final class PurgeApi {
    /** How long a request waits for the acknowledgements when it does not say. */
    public static final Duration USUAL_WAIT = Duration.ofSeconds(5);

    /** The longest that a request may wait. */
    public static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** The most receipts in one list. */
    public static final int MOST_LISTED = 1000;

    private static final int USUALLY_LISTED = 100;

    /** The names of the sites that are configured. */
    @FunctionalInterface
    public interface SiteNames {
        /** As they are now. */
        Set<String> now() throws IOException;
    }

    private static final Duration DRY_RUN_WINDOW = Duration.ofSeconds(2);
    private static final Duration DRY_RUN_PATIENCE = Duration.ofSeconds(6);

    private final PurgeDesk desk;
    private final SiteNames sites;
    private final DryRuns dryRuns;
    private final Confirmation confirmation;
    private final Pacing pacing;
    private final PurgeDocument documents = new PurgeDocument();

    /** An API over a desk, for these sites on these nodes. */
    public PurgeApi(PurgeDesk desk, SiteNames sites, AskedNodes nodes) {
        this.desk = desk;
        this.sites = sites;
        this.dryRuns = new DryRuns(nodes);
        this.confirmation = new Confirmation(dryRuns);
        this.pacing = new Pacing(nodes);
    }

    /** What it serves for a fleet. */
    public List<Resource> resources() {
        return List.of(
                post("/v1/sites/{site}/purges", "Purge a site", c -> accept(c.part("site"), c)),
                new Resource(
                        "GET",
                        "/v1/purges/{id}",
                        Verb.READ,
                        "The receipt of a purge as it is now",
                        0,
                        (Resource.Handler.Whole) this::receipt),
                new Resource(
                        "GET",
                        "/v1/purges",
                        Verb.READ,
                        "The last purges, the newest first",
                        0,
                        (Resource.Handler.Whole) this::list));
    }

    /** What a node alone takes besides: a purge of its only site, unnamed. */
    public Resource ofTheOnlySite() {
        return post("/v1/purges", "Purge the only site", this::acceptUnnamed);
    }

    private static Resource post(String path, String summary, Resource.Handler.Whole handler) {
        return new Resource("POST", path, Verb.PURGE, summary, PurgeDocument.MOST_BYTES, handler);
    }

    private ApiAnswer acceptUnnamed(ApiCall call)
            throws ApiProblem, IOException, InterruptedException {
        Set<String> known = new TreeSet<>(sites.now());
        if (known.size() != 1) {
            throw new ApiProblem(
                    400,
                    "Which site?",
                    "there is not exactly one site here: POST to /v1/sites/{site}/purges; known"
                            + " are "
                            + known);
        }
        return accept(known.iterator().next(), call);
    }

    private ApiAnswer accept(String site, ApiCall call)
            throws ApiProblem, IOException, InterruptedException {
        Set<String> known = new TreeSet<>(sites.now());
        if (!known.contains(site)) {
            known.removeIf(name -> !call.sees(name));
            throw new ApiProblem(404, "No such site", "'" + site + "'; known are " + known);
        }
        call.onlyParameters("wait");
        Duration wait = wait(call.query().get("wait"));
        IdempotencyKey key = IdempotencyKey.of(call, site);
        return switch (documents.read(call.body())) {
            case PurgeRequest.Invalid(var problems) -> throw invalid(problems);
            case PurgeRequest.Valid valid -> {
                PurgeOrder order =
                        new PurgeOrder(site, valid.targets(), valid.mode(), call.caller());
                yield valid.dryRun()
                        ? dryRun(order)
                        : accept(key, order, valid.confirm(), valid.pace(), wait);
            }
        };
    }

    private ApiAnswer dryRun(PurgeOrder order) throws ApiProblem, InterruptedException {
        Forecast forecast = dryRuns.of(order, DRY_RUN_WINDOW, 0, DRY_RUN_PATIENCE);
        return ApiAnswer.json(200, forecast.json(order));
    }

    private ApiAnswer accept(
            @Nullable IdempotencyKey key,
            PurgeOrder order,
            @Nullable String confirm,
            @Nullable Integer pace,
            Duration wait)
            throws ApiProblem, InterruptedException {
        confirmation.require(order, confirm);
        int paced = pace == null ? 0 : pacing.set(order.site(), pace);
        PurgeReceipt receipt = accept(key, order, wait);
        ObjectNode document = document(receipt);
        if (pace != null) {
            document.put("paced", paced);
        }
        return ApiAnswer.json(receipt.done() ? 200 : 202, document);
    }

    private PurgeReceipt accept(@Nullable IdempotencyKey key, PurgeOrder order, Duration wait)
            throws ApiProblem, InterruptedException {
        try {
            return key == null ? desk.accept(order, wait) : desk.acceptOnce(key, order, wait);
        } catch (IdempotencyKey.Reused e) {
            throw new ApiProblem(422, "Key reused", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ApiProblem(503, "Not accepted", "nothing was purged: " + e.getMessage());
        }
    }

    private ApiAnswer receipt(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        String id = call.part("id");
        PurgeReceipt receipt = desk.find(id);
        if (receipt == null || !call.sees(receipt.site())) {
            throw new ApiProblem(404, "No such purge", "unknown, or too long ago: '" + id + "'");
        }
        return ApiAnswer.json(200, document(receipt));
    }

    private ApiAnswer list(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters("site", "limit");
        int most = call.limit(USUALLY_LISTED, MOST_LISTED);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode purges = document.putArray("purges");
        String site = call.query().get("site");
        // What the caller may not see takes no place in the list.
        Predicate<String> listed = name -> call.sees(name) && (site == null || site.equals(name));
        for (PurgeReceipt receipt : desk.list(listed, most)) {
            purges.add(document(receipt));
        }
        return ApiAnswer.json(200, document);
    }

    private static Duration wait(@Nullable String text) throws ApiProblem {
        if (text == null) {
            return USUAL_WAIT;
        }
        Duration wait = Durations.parse(text);
        if (wait == null || wait.compareTo(LONGEST_WAIT) > 0) {
            throw ApiProblem.badRequest(
                    "wait is " + Durations.FORM + ", from 0s to 60s: '" + text + "'");
        }
        return wait;
    }

    private static ApiProblem invalid(List<PurgeProblem> problems) {
        List<ObjectNode> errors =
                problems.stream()
                        .map(problem ->
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("pointer", problem.pointer())
                                        .put("detail", problem.detail()))
                        .toList();
        return new ApiProblem(400, "Bad purge", problems.getFirst().detail(), errors, Map.of());
    }

    private static ObjectNode document(PurgeReceipt receipt) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", receipt.id());
        document.put("site", receipt.site());
        switch (receipt.place()) {
            case PurgeReceipt.Place.OfNode(long revision) -> document.put("revision", revision);
            case PurgeReceipt.Place.OfHistory(var revision) ->
                    document.put("revision", revision.toString());
        }
        document.put("state", receipt.done() ? "done" : "pending");
        ArrayNode nodes = document.putArray("nodes");
        for (PurgeReceipt.Node node : receipt.nodes()) {
            nodes.addObject()
                    .put("name", node.name())
                    .put("role", node.role())
                    .put("state", node.state().word())
                    .put("millis", node.millis());
        }
        return document;
    }
}
