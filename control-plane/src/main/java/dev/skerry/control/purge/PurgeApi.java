package dev.skerry.control.purge;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.text.Durations;
import dev.skerry.control.http.ApiAnswer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/purges} (of the only site), {@code POST /v1/sites/{site}/purges} and {@code GET
 * /v1/purges/{id}}. What is refused is answered with {@code application/problem+json} (RFC 9457)
 * that lists every problem.
 */
public final class PurgeApi {
    /** How long a request waits for the acknowledgement when it does not say. */
    public static final Duration USUAL_WAIT = Duration.ofSeconds(5);

    /** The longest that a request may wait. */
    public static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final String PURGES = "/v1/purges";
    private static final String SITES = "/v1/sites/";

    private final Purges purges;
    private final Supplier<Set<String>> sites;
    private final PurgeDocument documents = new PurgeDocument();
    private final JsonMapper json = JsonMapper.builder().build();

    /**
     * An API.
     *
     * @param sites the names of the sites that are configured now
     */
    public PurgeApi(Purges purges, Supplier<Set<String>> sites) {
        this.purges = purges;
        this.sites = sites;
    }

    /** Whether a path belongs to this API. */
    public static boolean owns(String path) {
        return path.equals(PURGES)
                || path.startsWith(PURGES + "/")
                || (path.startsWith(SITES) && path.endsWith("/purges"));
    }

    /**
     * Answers a request. Blocks while it waits for an acknowledgement.
     *
     * @param path without the query; one that this API {@link #owns}
     * @param query null when there is none
     * @param body at most {@link PurgeDocument#MOST_BYTES}
     */
    public ApiAnswer answer(String method, String path, @Nullable String query, byte[] body)
            throws InterruptedException {
        if (path.startsWith(PURGES + "/")) {
            return method.equals("GET")
                    ? status(path.substring(PURGES.length() + 1))
                    : wrongMethod("GET");
        }
        return method.equals("POST") ? accept(path, query, body) : wrongMethod("POST");
    }

    private ApiAnswer status(String id) {
        PurgeReceipt receipt = purges.find(id);
        return receipt == null
                ? problem(
                        404,
                        "No such purge",
                        List.of(new PurgeProblem("", "unknown, or too long ago: '" + id + "'")))
                : receipt(200, receipt);
    }

    private ApiAnswer accept(String path, @Nullable String query, byte[] body)
            throws InterruptedException {
        Set<String> known = new TreeSet<>(sites.get());
        String site = path.equals(PURGES) ? onlyOne(known) : named(path);
        if (site == null) {
            return problem(
                    400,
                    "Which site?",
                    List.of(
                            new PurgeProblem(
                                    "",
                                    "there is not exactly one site here: POST to"
                                            + " /v1/sites/{site}/purges; known are "
                                            + known)));
        }
        if (!known.contains(site)) {
            return problem(
                    404,
                    "No such site",
                    List.of(new PurgeProblem("", "'" + site + "'; known are " + known)));
        }
        Duration wait = wait(query);
        if (wait == null) {
            return problem(
                    400,
                    "Bad query",
                    List.of(
                            new PurgeProblem(
                                    "",
                                    "the query is wait=DURATION, from 0s to 60s, or absent: '"
                                            + query
                                            + "'")));
        }
        return switch (documents.read(body)) {
            case PurgeRequest.Invalid(var problems) -> problem(400, "Bad purge", problems);
            case PurgeRequest.Valid valid -> purge(site, valid, wait);
        };
    }

    private ApiAnswer purge(String site, PurgeRequest.Valid request, Duration wait)
            throws InterruptedException {
        try {
            PurgeReceipt receipt = purges.purge(site, request.targets(), request.mode(), wait);
            return receipt(receipt.done() ? 200 : 202, receipt);
        } catch (IOException e) {
            return problem(
                    503,
                    "Not accepted",
                    List.of(new PurgeProblem("", "nothing was purged: " + e.getMessage())));
        }
    }

    private static @Nullable String onlyOne(Set<String> sites) {
        return sites.size() == 1 ? sites.iterator().next() : null;
    }

    private static String named(String path) {
        String name = path.substring(SITES.length(), path.length() - "/purges".length());
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    private static @Nullable Duration wait(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return USUAL_WAIT;
        }
        if (!query.startsWith("wait=")) {
            return null;
        }
        Duration wait = Durations.parse(query.substring("wait=".length()));
        return wait == null || wait.compareTo(LONGEST_WAIT) > 0 ? null : wait;
    }

    private ApiAnswer receipt(int status, PurgeReceipt receipt) {
        ObjectNode document = json.createObjectNode();
        document.put("id", receipt.id());
        document.put("revision", receipt.revision());
        document.put("state", receipt.done() ? "done" : "pending");
        ArrayNode nodes = document.putArray("nodes");
        for (PurgeReceipt.Node node : receipt.nodes()) {
            nodes.addObject()
                    .put("name", node.name())
                    .put("role", node.role())
                    .put("state", node.state().word())
                    .put("millis", node.millis());
        }
        return new ApiAnswer(status, "application/json", document + "\n", Map.of());
    }

    private ApiAnswer problem(int status, String title, List<PurgeProblem> problems) {
        ObjectNode document = json.createObjectNode();
        document.put("title", title);
        document.put("status", status);
        document.put("detail", problems.getFirst().detail());
        ArrayNode errors = document.putArray("errors");
        for (PurgeProblem problem : problems) {
            errors.addObject().put("pointer", problem.pointer()).put("detail", problem.detail());
        }
        return new ApiAnswer(status, "application/problem+json", document + "\n", Map.of());
    }

    private ApiAnswer wrongMethod(String allowed) {
        ApiAnswer answer =
                problem(
                        405,
                        "Method not allowed",
                        List.of(new PurgeProblem("", "this resource takes " + allowed)));
        return new ApiAnswer(405, answer.contentType(), answer.body(), Map.of("Allow", allowed));
    }
}
