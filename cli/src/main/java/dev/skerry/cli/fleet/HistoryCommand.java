package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.control.Words;
import dev.skerry.cli.message.CommandFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry history}: the versions of a site. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {"Lists the versions of a site: when, by whom, what.", ""},
        footer = {
            "  ./skerry history shop",
            "  ./skerry history shop --show 3 > shop.yaml",
        })
public final class HistoryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SITE", description = "The site's name.")
    private String site = "";

    @Option(
            names = "--show",
            paramLabel = "N",
            description = "Print the document of this version instead.")
    private @Nullable Long show;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public HistoryCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        String path = "/v1/sites/" + ControlRequest.part(site) + "/versions";
        try (ControlClient client = control.connect()) {
            ControlAnswer answer =
                    client.fetch(ControlRequest.get(show == null ? path : path + "/" + show));
            if (show != null || control.json()) {
                control.out().println(answer.text().stripTrailing());
            } else {
                Terminal.table(rows(answer.json())).forEach(control.out()::println);
            }
            control.out().flush();
        }
        return ExitCode.OK;
    }

    private static List<List<String>> rows(JsonNode document) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("VERSION", "REVISION", "WHEN", "WHO", "WHAT"));
        for (JsonNode version : document.path("versions")) {
            rows.add(
                    List.of(
                            version.path("version").asText(),
                            Words.revision(version.path("revision").asText()),
                            version.path("when").asText(),
                            version.path("who").asText(),
                            what(version)));
        }
        return rows;
    }

    private static String what(JsonNode version) {
        String what = version.path("what").asText();
        return version.has("of") ? what + " to " + version.path("of").asText() : what;
    }
}
