package dev.skerry.cli.fleet;

import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skerry nodes}: who follows the control plane. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the nodes: what they are, where, and how far they have come.",
            "",
        },
        footer = {"  ./skerry nodes", "  ./skerry nodes --forget edge-3"})
public final class NodesCommand implements Callable<Integer> {
    @Option(
            names = "--forget",
            paramLabel = "NAME",
            description =
                    "Take a node out that will not come back: no purge waits for it any more.")
    private @Nullable String forget;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public NodesCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        PrintWriter out = control.out();
        try (ControlClient client = control.connect()) {
            if (forget != null) {
                client.fetch(ControlRequest.delete("/v1/nodes/" + ControlRequest.part(forget)));
                out.println(control.json() ? "{}" : forget + " is forgotten");
            } else {
                ControlAnswer answer = client.fetch(ControlRequest.get("/v1/nodes"));
                if (control.json()) {
                    out.println(answer.text().strip());
                } else {
                    NodeTable.of(answer.json()).forEach(out::println);
                }
            }
        }
        out.flush();
        return ExitCode.OK;
    }
}
