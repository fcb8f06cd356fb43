package dev.skerry.cli.fleet;

import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Words;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry delete}: a site that nobody serves any more. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = {
            "Deletes a site: every node stops serving its hosts (421). Its versions stay, and"
                    + " ./skerry history shows them; apply one of them to have the site back.",
            "",
        },
        footer = {
            "  ./skerry delete shop --yes",
            "  ./skerry delete shop --yes --if-version 4",
        })
public final class DeleteCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SITE", description = "The site's name.")
    private String site = "";

    @Option(names = "--yes", description = "Really; without it nothing is deleted.")
    private boolean yes;

    @Mixin private IfVersion condition = new IfVersion();

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public DeleteCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        if (!yes) {
            throw CommandFailed.usedWrongly(
                    List.of(
                            "--yes is missing: every node would stop serving site '"
                                    + site
                                    + "'. Nothing was deleted"));
        }
        ControlRequest request =
                condition.on(ControlRequest.delete("/v1/sites/" + ControlRequest.part(site)));
        try (ControlClient client = control.connect()) {
            ControlAnswer answer = client.fetch(request);
            PrintWriter out = control.out();
            out.println(
                    control.json()
                            ? answer.text().strip()
                            : site
                                    + ": deleted, revision "
                                    + Words.revision(answer.json().path("revision").asText()));
            out.flush();
        }
        return ExitCode.OK;
    }
}
