package dev.skerry.cli.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skerry cache verify}: reads everything on the node's disks. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Has a node read every response on its disks and compare the checksums; it serves"
                    + " meanwhile. What is damaged is forgotten, and fetched anew when it is asked"
                    + " for. Exits with 1 if anything was.",
            "",
        })
public final class CacheVerify implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofDays(7);

    @Option(
            names = "--fast",
            description = "As fast as the disks are. Without it: at most 32 MiB a second.")
    private boolean fast;

    @Mixin private NodeAccess node = new NodeAccess();

    /** Made by picocli. */
    public CacheVerify() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        ControlAnswer answer =
                node.fetch(
                        ControlRequest.post("/v1/cache/verify" + (fast ? "?fast=true" : ""), "")
                                .waiting(PATIENCE));
        JsonNode disks = answer.json().path("disks");
        PrintWriter out = node.out();
        if (node.json()) {
            out.println(answer.text().strip());
        } else {
            page(disks).forEach(out::println);
        }
        out.flush();
        for (JsonNode disk : disks) {
            if (disk.path("damaged").asLong() > 0) {
                return ExitCode.SOFTWARE;
            }
        }
        return ExitCode.OK;
    }

    private static List<String> page(JsonNode disks) {
        if (disks.isEmpty()) {
            return List.of("this node has no disk");
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("DISK", "STATE", "RESPONSES", "BYTES", "DAMAGED"));
        List<String> damaged = new ArrayList<>();
        for (JsonNode disk : disks) {
            rows.add(
                    List.of(
                            disk.path("disk").asText(),
                            disk.path("state").asText(),
                            disk.path("responses").asText(),
                            disk.path("bytes").asText(),
                            disk.path("damaged").asText()));
            disk.path("examples")
                    .forEach(one -> damaged.add("damaged: " + Terminal.plain(one.asText())));
        }
        List<String> lines = new ArrayList<>(Terminal.table(rows));
        lines.addAll(damaged);
        return lines;
    }
}
