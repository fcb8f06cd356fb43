package dev.skerry.cli.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code skerry cache resume}: brings a disk back. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = {
            "Brings a disk back that has stepped aside, empty: what was replaced and purged"
                    + " meanwhile is not told it. Nothing happens to one that serves.",
            "",
        })
public final class CacheResume implements Callable<Integer> {
    @Parameters(
            paramLabel = "DISK",
            description = "Its directory as the node was given it, or its place: 1 is the first.")
    private String disk = "";

    @Mixin private NodeAccess node = new NodeAccess();

    /** Made by picocli. */
    public CacheResume() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        return node.print(
                ControlRequest.post("/v1/cache/resume?disk=" + ControlRequest.part(disk), ""),
                CacheResume::page);
    }

    private static List<String> page(JsonNode answer) {
        String name = Terminal.plain(answer.path("disk").asText());
        return List.of(
                answer.path("was").asText().equals("serving")
                        ? name + " serves; it had not stepped aside"
                        : name
                                + " serves again, empty; it had stepped aside: "
                                + Terminal.plain(answer.path("reason").asText()));
    }
}
