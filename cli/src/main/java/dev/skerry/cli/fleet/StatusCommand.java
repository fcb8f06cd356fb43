package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.control.Words;
import dev.skerry.cli.message.CommandFailed;
import dev.skerry.config.protocol.Revision;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code skerry status}: the network on one screen. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the network: the control plane, its nodes and how far they have come, the sites"
                    + " and who is behind, and purges that wait for a node.",
            "",
        },
        footer = {"  ./skerry status", "  ./skerry status --control https://control.example:9000"})
public final class StatusCommand implements Callable<Integer> {
    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public StatusCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        PrintWriter out = control.out();
        try (ControlClient client = control.connect()) {
            ControlAnswer status = client.fetch(ControlRequest.get("/v1/status"));
            if (control.json()) {
                out.println(status.text().strip());
            } else {
                JsonNode nodes = json(client, "/v1/nodes");
                out.println(head(client, status.json()));
                out.println();
                NodeTable.of(nodes).forEach(out::println);
                out.println();
                sites(json(client, "/v1/sites"), nodes).forEach(out::println);
                purges(json(client, "/v1/purges?limit=1000"))
                        .forEach(line -> out.println(Terminal.plain(line)));
            }
        }
        out.flush();
        return ExitCode.OK;
    }

    private static JsonNode json(ControlClient client, String path)
            throws CommandFailed, InterruptedException {
        return client.fetch(ControlRequest.get(path)).json();
    }

    private static String head(ControlClient client, JsonNode status) {
        JsonNode nodes = status.path("nodes");
        return Terminal.plain(
                "control plane "
                        + client.base()
                        + ", revision "
                        + Words.revision(status.path("revision").asText())
                        + "; "
                        + Words.count(status.path("sites").asLong(), "site")
                        + ", "
                        + Words.count(nodes.path("all").asLong(), "node")
                        + " ("
                        + nodes.path("ready").asLong()
                        + " ready, "
                        + nodes.path("current").asLong()
                        + " up to date)");
    }

    private static List<String> sites(JsonNode sites, JsonNode nodes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SITE", "VERSION", "REVISION", "NOT YET ON"));
        for (JsonNode site : sites.path("sites")) {
            rows.add(
                    List.of(
                            site.path("site").asText(),
                            site.path("version").asText(),
                            Words.revision(site.path("revision").asText()),
                            behind(site, nodes)));
        }
        return rows.size() == 1 ? List.of("no site yet") : Terminal.table(rows);
    }

    private static String behind(JsonNode site, JsonNode nodes) {
        List<String> names = new ArrayList<>();
        for (JsonNode node : nodes.path("nodes")) {
            boolean refused = false;
            for (JsonNode problem : node.path("problems")) {
                refused |=
                        problem.path("site").equals(site.path("site"))
                                && problem.path("version").equals(site.path("version"));
            }
            if (refused) {
                names.add(node.path("name").asText() + " (cannot take it)");
            } else if (!reaches(revision(node), revision(site))) {
                names.add(node.path("name").asText());
            }
        }
        return names.isEmpty() ? "-" : String.join(", ", names);
    }

    private static @Nullable Revision revision(JsonNode document) {
        return Revision.parse(document.path("revision").asText());
    }

    /** Numbers of two histories say nothing about each other. */
    private static boolean reaches(@Nullable Revision at, @Nullable Revision wanted) {
        return at != null
                && wanted != null
                && at.history().equals(wanted.history())
                && at.counter() >= wanted.counter();
    }

    private static List<String> purges(JsonNode document) {
        List<String> lines = new ArrayList<>();
        for (JsonNode purge : document.path("purges")) {
            if (!purge.path("state").asText().equals("done")) {
                lines.add(
                        "purge "
                                + purge.path("id").asText()
                                + " of "
                                + purge.path("site").asText()
                                + " is pending: not acknowledged by "
                                + String.join(", ", PurgeReceipts.missing(purge)));
            }
        }
        if (!lines.isEmpty()) {
            lines.addFirst("");
        }
        return lines;
    }
}
