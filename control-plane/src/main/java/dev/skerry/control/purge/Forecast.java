package dev.skerry.control.purge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.DryRunAnswer;
import dev.skerry.config.protocol.DryRunAnswer.Count;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a purge would come to, as its nodes say. */
record Forecast(List<Said> nodes) {
    private static final String SHIELD = "shield";

    Forecast {
        nodes = List.copyOf(nodes);
    }

    /**
     * What a node says.
     *
     * @param answer null when it has not answered
     * @param problem why not
     */
    record Said(String name, String role, @Nullable DryRunAnswer answer, @Nullable String problem) {
        /** Requests upstream in the first second of a purge. */
        double perSecond() {
            return answer == null || answer.windowMillis() == 0
                    ? 0
                    : answer.requested() * 1000.0 / answer.windowMillis();
        }
    }

    /** Those that have answered. */
    int answered() {
        return (int) nodes.stream().filter(node -> node.answer() != null).count();
    }

    Count memory() {
        return sum(DryRunAnswer::memory);
    }

    Count disk() {
        return sum(DryRunAnswer::disk);
    }

    private Count sum(Function<DryRunAnswer, Count> part) {
        Count sum = Count.NONE;
        for (Said node : nodes) {
            if (node.answer() != null) {
                sum = sum.plus(part.apply(node.answer()));
            }
        }
        return sum;
    }

    /**
     * The requests to the origin that each second would bring at first. Behind a shield what
     * several edges are asked for is asked of the origin once.
     */
    double originPerSecond() {
        List<Said> edges = nodes.stream().filter(node -> !node.role().equals(SHIELD)).toList();
        double all = edges.stream().mapToDouble(Said::perSecond).sum();
        if (edges.isEmpty()) {
            return nodes.stream().mapToDouble(Said::perSecond).sum();
        }
        boolean shielded = edges.size() < nodes.size();
        return shielded && all > 0 ? all * distinct(edges) : all;
    }

    /** What share of what the edges are asked for is asked of one of them alone, or first. */
    private static double distinct(List<Said> edges) {
        TreeSet<Long> union = new TreeSet<>(Long::compareUnsigned);
        double each = 0;
        long bound = -1;
        for (Said edge : edges) {
            DryRunAnswer answer = edge.answer();
            if (answer != null && answer.sample().size() == DryRunAnswer.MOST_SAMPLE) {
                long last = answer.sample().getLast();
                bound = Long.compareUnsigned(last, bound) < 0 ? last : bound;
            }
        }
        for (Said edge : edges) {
            DryRunAnswer answer = edge.answer();
            if (answer != null) {
                for (long hash : answer.sample()) {
                    // Up to the bound every sample has all that its node saw.
                    if (Long.compareUnsigned(hash, bound) <= 0) {
                        union.add(hash);
                        each++;
                    }
                }
            }
        }
        return each == 0 ? 1 : union.size() / each;
    }

    /** As it is answered. */
    ObjectNode json(PurgeOrder order) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("site", order.site());
        json.put("dryRun", true).put("mode", order.mode() == Mode.HARD ? "hard" : "soft");
        put(json, memory(), disk());
        json.put("originRequestsPerSecond", rounded(originPerSecond()));
        var list = json.putArray("nodes");
        for (Said said : nodes) {
            ObjectNode node = list.addObject().put("name", said.name()).put("role", said.role());
            DryRunAnswer answer = said.answer();
            if (answer == null) {
                node.put("problem", said.problem());
            } else {
                put(node, answer.memory(), answer.disk());
                node.put("requestsPerSecond", rounded(said.perSecond()));
            }
        }
        return json;
    }

    private static void put(ObjectNode json, Count memory, Count disk) {
        put(json.putObject("memory"), memory);
        put(json.putObject("disk"), disk);
    }

    private static void put(ObjectNode json, Count count) {
        json.put("objects", count.objects()).put("bytes", count.bytes());
        json.put("exact", count.exact());
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
