package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a dry run says, for people. */
final class PurgeForecast {
    private PurgeForecast() {}

    /** A table of the nodes, and a sentence about all. */
    static List<String> lines(JsonNode document) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NODE", "ROLE", "IN MEMORY", "BYTES", "ON DISK", "BYTES", "ASKED FOR"));
        for (JsonNode node : document.path("nodes")) {
            JsonNode problem = node.path("problem");
            rows.add(
                    problem.isMissingNode()
                            ? List.of(
                                    node.path("name").asText(),
                                    node.path("role").asText(),
                                    count(node.path("memory"), "objects"),
                                    count(node.path("memory"), "bytes"),
                                    count(node.path("disk"), "objects"),
                                    count(node.path("disk"), "bytes"),
                                    rate(node.path("requestsPerSecond")) + "/s")
                            : List.of(
                                    node.path("name").asText(),
                                    node.path("role").asText(),
                                    problem.asText()));
        }
        List<String> lines = new ArrayList<>(Terminal.table(rows));
        lines.add("");
        lines.add(
                "a "
                        + document.path("mode").asText()
                        + " purge would hit "
                        + count(document.path("memory"), "objects")
                        + " responses in memory and "
                        + count(document.path("disk"), "objects")
                        + " on disk");
        lines.add(
                "the origin would be asked "
                        + rate(document.path("originRequestsPerSecond"))
                        + " times a second at first");
        return lines;
    }

    /** What was not counted one by one is about right. */
    private static String count(JsonNode count, String what) {
        return (count.path("exact").asBoolean() ? "" : "~")
                + String.format(Locale.ROOT, "%,d", count.path(what).asLong());
    }

    private static String rate(JsonNode rate) {
        return String.format(Locale.ROOT, "%,.1f", rate.asDouble());
    }
}
