package dev.skerry.cli.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code skerry cache get}: everything under one key. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = {
            "Shows everything that is stored for a URL but the bodies: each variant in each tier,"
                    + " its fields, what selects it, which bytes are there, and where.",
            "",
        })
public final class CacheGet implements Callable<Integer> {
    @Parameters(paramLabel = "URL", description = "As a client would ask for it.")
    private String url = "";

    @Mixin private NodeAccess node = new NodeAccess();

    /** Made by picocli. */
    public CacheGet() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        return node.print(
                ControlRequest.get("/v1/cache/entry?url=" + ControlRequest.part(url)),
                CacheGet::page);
    }

    private static List<String> page(JsonNode document) {
        List<String> lines = new ArrayList<>();
        add(lines, "url", document.path("url").asText());
        add(lines, "key", document.path("key").asText());
        if (document.path("variants").isEmpty()) {
            lines.add("nothing is stored for it");
        }
        document.path("variants")
                .forEach(variant -> {
                    lines.add("");
                    variant(lines, variant);
                });
        return lines;
    }

    private static void variant(List<String> lines, JsonNode variant) {
        String place = variant.path("place").asText("");
        String tier = variant.path("tier").asText();
        add(lines, "tier", place.isEmpty() || place.equals("null") ? tier : tier + ", " + place);
        add(lines, "status", variant.path("status").asText());
        add(
                lines,
                "age",
                "%s of %s; %s left"
                        .formatted(
                                CacheLs.seconds(variant.path("ageMillis").asLong()),
                                CacheLs.seconds(variant.path("lifetimeMillis").asLong()),
                                CacheLs.seconds(variant.path("ttlMillis").asLong())));
        add(
                lines,
                "stale",
                "while it is refreshed %s, if upstream fails %s"
                        .formatted(
                                CacheLs.seconds(
                                        variant.path("staleWhileRevalidateMillis").asLong()),
                                CacheLs.seconds(variant.path("staleIfErrorMillis").asLong())));
        add(
                lines,
                "bytes",
                "%s, stored: %s"
                        .formatted(
                                variant.path("bytes").asText(),
                                CacheLs.tags(variant.path("extents"))));
        add(
                lines,
                "born at",
                "%s, local %s"
                        .formatted(
                                variant.path("bornAt").asText(),
                                variant.path("bornAtLocal").asText()));
        add(lines, "tags", CacheLs.tags(variant.path("tags")));
        add(lines, "vary", CacheLs.tags(variant.path("vary")));
        fields(lines, "selecting", variant.path("selecting"));
        fields(lines, "field", variant.path("fields"));
    }

    private static void fields(List<String> lines, String name, JsonNode fields) {
        fields.forEach(field ->
                add(
                        lines,
                        name,
                        field.path("name").asText() + ": " + field.path("value").asText()));
    }

    private static void add(List<String> lines, String name, String value) {
        if (!value.isEmpty()) {
            lines.add("%-10s %s".formatted(name, Terminal.plain(value)));
        }
    }
}
