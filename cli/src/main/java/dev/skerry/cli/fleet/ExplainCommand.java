package dev.skerry.cli.fleet;

import dev.skerry.cli.control.BearerToken;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry explain}: what would become of a request, and why. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says what would become of a GET of URL if it came now, and why: which edge the router"
                    + " would choose; on each node the site and the rule, the cache key, what is"
                    + " stored, how fresh that is, and which purge concerns it. Nothing is fetched.",
            "",
        },
        footer = {
            "  ./skerry explain http://127.0.0.1:8080/news --ip 192.0.2.1",
            "  ./skerry explain https://www.example.org/ --admin 127.0.0.1:9081"
        })
public final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "URL", description = "As a client would ask for it.")
    private String url = "";

    @Option(
            names = "--ip",
            paramLabel = "ADDRESS",
            description = "Of the client, for the router. Default: 127.0.0.1")
    private @Nullable String ip;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "Ask one node alone, by its admin port: http://HOST:PORT, or HOST:PORT.")
    private @Nullable String admin;

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "Holds the bearer token of that node, where it was given one.")
    private @Nullable Path adminToken;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public ExplainCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        String path = "/v1/explain?url=" + ControlRequest.part(url);
        ControlAnswer answer = admin == null ? ofTheFleet(path) : ofOneNode(admin, path);
        PrintWriter out = control.out();
        if (control.json()) {
            out.println(answer.text().strip());
        } else if (admin == null) {
            ExplainPage.ofTheFleet(answer.json()).forEach(out::println);
        } else {
            ExplainPage.ofOneNode(answer.json()).forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    private ControlAnswer ofTheFleet(String path) throws CommandFailed, InterruptedException {
        try (ControlClient client = control.connect()) {
            return client.fetch(
                    ControlRequest.get(
                            ip == null ? path : path + "&ip=" + ControlRequest.part(ip)));
        }
    }

    private ControlAnswer ofOneNode(String address, String path)
            throws CommandFailed, InterruptedException {
        if (ip != null) {
            throw CommandFailed.usedWrongly(
                    List.of("--ip is for the router, which --admin does not ask"));
        }
        BearerToken token =
                adminToken == null ? null : BearerToken.read(adminToken, "--admin-token-file");
        try (ControlClient node =
                ControlClient.ofNode(ControlOptions.address(address, "--admin"), token)) {
            return node.fetch(ControlRequest.get(path));
        }
    }
}
