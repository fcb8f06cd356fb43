package dev.skerry.cli.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.BearerToken;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command takes that asks one node: where its admin port is. */
public final class NodeAccess {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "127.0.0.1:9081",
            description =
                    "The node's admin port: http://HOST:PORT, or HOST:PORT. Default: 127.0.0.1:9081,"
                            + " an edge on this machine.")
    private String admin = "";

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "Holds the bearer token of that node, where it was given one.")
    private @Nullable Path adminToken;

    @Option(names = "--json", description = "Print the documents of the node as they came.")
    private boolean json;

    /** Made by picocli. */
    public NodeAccess() {}

    /** Asks, and prints what comes: as it came, or in the words of {@code page}. */
    int print(ControlRequest request, Function<JsonNode, List<String>> page)
            throws CommandFailed, InterruptedException {
        ControlAnswer answer = fetch(request);
        PrintWriter out = out();
        if (json) {
            out.println(answer.text().strip());
        } else {
            page.apply(answer.json()).forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    /** Asks, and takes nothing but a success for an answer. */
    ControlAnswer fetch(ControlRequest request) throws CommandFailed, InterruptedException {
        BearerToken token =
                adminToken == null ? null : BearerToken.read(adminToken, "--admin-token-file");
        try (ControlClient node =
                ControlClient.ofNode(ControlOptions.address(admin, "--admin"), token)) {
            return node.fetch(request);
        }
    }

    /** Whether documents are printed as they came. */
    boolean json() {
        return json;
    }

    /** Where the command prints. */
    PrintWriter out() {
        if (command == null) {
            throw new IllegalStateException("these are the options of a command");
        }
        return command.commandLine().getOut();
    }
}
