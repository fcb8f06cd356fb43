package dev.skerry.cli.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skerry cache ls}: stored responses. */
@Command(
        name = "ls",
        mixinStandardHelpOptions = true,
        description = {
            "Lists stored responses, in no order: age, remaining lifetime (negative when stale),"
                    + " size, tier, tags. A URL with several variants comes several times.",
            "",
        })
public final class CacheLs implements Callable<Integer> {
    private static final int MOST = 10_000;

    @Option(names = "--site", paramLabel = "NAME", description = "Only those of this site.")
    private @Nullable String site;

    @Option(
            names = "--prefix",
            paramLabel = "URL",
            description = "Only those whose URL begins so: http://HOST/PATH.")
    private @Nullable String prefix;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many, 1 to 10000. Default: 100")
    private int limit = 100;

    @Mixin private NodeAccess node = new NodeAccess();

    /** Made by picocli. */
    public CacheLs() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        if (limit < 1 || limit > MOST) {
            throw CommandFailed.usedWrongly(
                    List.of("--limit '" + limit + "' is out of range: 1 to " + MOST));
        }
        String path = "/v1/cache/entries?limit=" + limit;
        path += site == null ? "" : "&site=" + ControlRequest.part(site);
        path += prefix == null ? "" : "&prefix=" + ControlRequest.part(prefix);
        return node.print(ControlRequest.get(path), CacheLs::page);
    }

    private static List<String> page(JsonNode document) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("STATUS", "AGE", "TTL", "BYTES", "TIER", "USED", "URL", "TAGS"));
        for (JsonNode entry : document.path("entries")) {
            rows.add(
                    List.of(
                            entry.path("status").asText(),
                            seconds(entry.path("ageMillis").asLong()),
                            seconds(entry.path("ttlMillis").asLong()),
                            entry.path("bytes").asText(),
                            entry.path("tier").asText(),
                            entry.path("used").asBoolean() ? "yes" : "no",
                            entry.path("url").asText(),
                            tags(entry.path("tags"))));
        }
        List<String> lines = new ArrayList<>(Terminal.table(rows));
        if (document.path("more").asBoolean()) {
            lines.add("… and more: give a greater --limit, or a --prefix");
        }
        return lines;
    }

    static String tags(JsonNode tags) {
        List<String> words = new ArrayList<>();
        tags.forEach(tag -> words.add(tag.asText()));
        return String.join(" ", words);
    }

    static String seconds(long millis) {
        return Math.floorDiv(millis, 1000) + "s";
    }
}
