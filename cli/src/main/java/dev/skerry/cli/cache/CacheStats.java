package dev.skerry.cli.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code skerry cache stats}: how much is stored. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description = {
            "Shows how much is stored, by site and by tier, and how each disk does. Reads the head"
                    + " of every stored response.",
            "",
        })
public final class CacheStats implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Mixin private NodeAccess node = new NodeAccess();

    /** Made by picocli. */
    public CacheStats() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        return node.print(
                ControlRequest.get("/v1/cache/stats").waiting(PATIENCE), CacheStats::page);
    }

    private static List<String> page(JsonNode document) {
        List<List<String>> tiers = new ArrayList<>();
        tiers.add(List.of("TIER", "STATE", "OBJECTS", "BYTES", "CAPACITY"));
        JsonNode memory = document.path("memory");
        tiers.add(row("memory", "", memory));
        for (JsonNode disk : document.path("disks")) {
            tiers.add(row("disk " + disk.path("disk").asText(), disk.path("state").asText(), disk));
        }
        List<List<String>> sites = new ArrayList<>();
        sites.add(
                List.of(
                        "SITE",
                        "IN MEMORY",
                        "BYTES",
                        "ON DISK",
                        "BYTES",
                        "TAKEN",
                        "AT LEAST",
                        "AT MOST"));
        for (JsonNode site : document.path("sites")) {
            sites.add(
                    List.of(
                            site.path("site").asText(),
                            site.path("memoryObjects").asText(),
                            site.path("memoryBytes").asText(),
                            site.path("diskObjects").asText(),
                            site.path("diskBytes").asText(),
                            site.path("diskTakenBytes").asText(),
                            site.path("diskAtLeastBytes").asText(),
                            site.path("diskAtMostBytes").asText()));
        }
        List<String> lines = new ArrayList<>(Terminal.table(tiers));
        lines.add("");
        lines.addAll(Terminal.table(sites));
        if (!document.path("disks").isEmpty()) {
            lines.add("");
            lines.addAll(Terminal.table(scrubs(document.path("disks"))));
        }
        return lines;
    }

    /** What reading in the background has come to. */
    private static List<List<String>> scrubs(JsonNode disks) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("READ IN THE BACKGROUND", "PASS", "LAST WHOLE PASS", "DAMAGED"));
        for (JsonNode disk : disks) {
            JsonNode scrub = disk.path("scrub");
            long last = scrub.path("lastPassMillis").asLong();
            rows.add(
                    List.of(
                            "disk " + disk.path("disk").asText(),
                            scrub.path("percent").asText() + " %",
                            last == 0 ? "none yet" : Instant.ofEpochMilli(last).toString(),
                            scrub.path("damaged").asText()));
        }
        return rows;
    }

    private static List<String> row(String name, String state, JsonNode tier) {
        return List.of(
                name,
                state,
                tier.path("objects").asText(),
                tier.path("bytes").asText(),
                tier.path("capacityBytes").asText());
    }
}
