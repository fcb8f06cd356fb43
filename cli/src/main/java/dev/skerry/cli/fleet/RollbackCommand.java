package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Words;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code skerry rollback}: an earlier document of a site becomes its newest. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Applies the document of an earlier version again. That is a new version; ./skerry"
                    + " history lists them.",
            "",
        },
        footer = {
            "  ./skerry rollback shop 3",
            "  ./skerry rollback shop 3 --if-version 5",
        })
public final class RollbackCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SITE", description = "The site's name.")
    private String site = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version to go back to.")
    private long version;

    @Mixin private IfVersion condition = new IfVersion();

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public RollbackCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        String body = JsonNodeFactory.instance.objectNode().put("version", version).toString();
        String path = "/v1/sites/" + ControlRequest.part(site) + "/rollback";
        ControlRequest request = condition.on(ControlRequest.post(path, body));
        try (ControlClient client = control.connect()) {
            ControlAnswer answer = client.fetch(request);
            PrintWriter out = control.out();
            if (control.json()) {
                out.println(answer.text().strip());
            } else {
                JsonNode told = answer.json();
                out.println(
                        told.path("changed").asBoolean(true)
                                ? site
                                        + ": version "
                                        + told.path("version").asLong()
                                        + ", as version "
                                        + version
                                        + " was, revision "
                                        + Words.revision(told.path("revision").asText())
                                        + Words.replaced(told)
                                : site + ": unchanged, its document is that of version " + version);
            }
            out.flush();
        }
        return ExitCode.OK;
    }
}
