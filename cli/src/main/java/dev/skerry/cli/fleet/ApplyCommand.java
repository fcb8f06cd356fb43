package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.cli.control.Complaint;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.DurationOption;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.control.Words;
import dev.skerry.cli.message.CommandFailed;
import dev.skerry.config.text.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry apply}: sites as files say, from now on, on every node. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Gives site documents to the control plane, each for itself: one that is wrong is told"
                    + " with everything that is wrong, and never stops the others. Nothing is"
                    + " deleted: a site that no file names stays as it is.",
            "",
        },
        exitCodeList = {
            "0:every site is as its document says; with --wait, on every node",
            "1:at least one is not",
            "2:used wrongly",
        },
        footer = {
            "  ./skerry apply site.yaml",
            "  ./skerry apply --dry-run sites/a.yaml sites/b.yaml",
            "  ./skerry apply site.yaml --if-version 4 --wait 30s",
        })
public final class ApplyCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files of site documents, parted by --- lines.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--dry-run",
            description = "Only ask the control plane what it would say; nothing changes.")
    private boolean dryRun;

    @Option(
            names = "--if-version",
            paramLabel = "N",
            description =
                    "Only if this is the site's version now; 0: if there is no such site. For one"
                            + " document.")
    private @Nullable Long ifVersion;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            arity = "0..1",
            fallbackValue = "30s",
            converter = DurationOption.class,
            description =
                    "Wait until every node has taken the documents, 30s if no time is given. Each"
                            + " node is a line, when it has.")
    private @Nullable Duration wait;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public ApplyCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        List<SiteText> documents = documents();
        if (ifVersion != null && (documents.size() != 1 || ifVersion < 0)) {
            throw CommandFailed.usedWrongly(
                    List.of(
                            "--if-version is a version from 0, and for one document; there are "
                                    + documents.size()));
        }
        boolean fine = true;
        List<String> applied = new ArrayList<>();
        try (ControlClient client = control.connect()) {
            for (SiteText document : documents) {
                String site = document.site();
                if (site == null || !document.problems().isEmpty()) {
                    complain(document);
                    fine = false;
                } else if (dryRun) {
                    fine &= check(client, document, site);
                } else if (apply(client, document, site)) {
                    applied.add(site);
                } else {
                    fine = false;
                }
            }
            if (wait != null && !dryRun) {
                fine &= new SiteNodes(client, control.out(), control.json()).await(applied, wait);
            }
        }
        return fine ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<SiteText> documents() {
        List<SiteText> documents = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        for (Path file : files) {
            for (SiteText document : SiteText.read(file)) {
                String site = document.site();
                String first = site == null ? null : names.putIfAbsent(site, document.place());
                documents.add(
                        first == null
                                ? document
                                : document.with(
                                        Problem.error(
                                                document.file(),
                                                document.line(),
                                                "site",
                                                "'" + site + "' is in " + first + " already")));
            }
        }
        return documents;
    }

    private boolean apply(ControlClient client, SiteText document, String site)
            throws CommandFailed, InterruptedException {
        ControlRequest request =
                ControlRequest.yaml(
                        "PUT", "/v1/sites/" + ControlRequest.part(site), document.text());
        if (ifVersion != null) {
            request = request.ifVersion(ifVersion);
        }
        ControlAnswer answer = client.ask(request);
        if (!answer.isSuccess()) {
            return refused(client, document, site, answer);
        }
        if (control.json()) {
            say(answer.text().strip());
            return true;
        }
        JsonNode told = answer.json();
        warn(document, told);
        String version = "version " + told.path("version").asLong();
        say(
                site
                        + ": "
                        + (told.path("changed").asBoolean(true)
                                ? version
                                        + ", revision "
                                        + Words.revision(told.path("revision").asText())
                                        + Words.replaced(told)
                                : "unchanged, " + version));
        return true;
    }

    private boolean check(ControlClient client, SiteText document, String site)
            throws CommandFailed, InterruptedException {
        ControlAnswer answer =
                client.ask(
                        ControlRequest.yaml(
                                "POST",
                                "/v1/sites/" + ControlRequest.part(site) + "/check",
                                document.text()));
        if (!answer.isSuccess()) {
            return refused(client, document, site, answer);
        }
        boolean valid = answer.json().path("valid").asBoolean();
        if (control.json()) {
            say(answer.text().strip());
            return valid;
        }
        warn(document, answer.json());
        say(valid ? site + ": fine" : site + ": would be refused");
        return valid;
    }

    /** Everything that was said about a document, at its place in the file; warnings too. */
    private void warn(SiteText document, JsonNode told) {
        for (JsonNode problem : told.path("problems")) {
            print(document, Complaint.of(problem));
        }
    }

    private boolean refused(
            ControlClient client, SiteText document, String site, ControlAnswer answer)
            throws CommandFailed {
        if (control.json()) {
            say(answer.text().strip());
            return false;
        }
        List<Complaint> complaints = answer.complaints();
        complaints.forEach(complaint -> print(document, complaint));
        if (complaints.isEmpty()) {
            for (String message : client.refused(answer).messages()) {
                say(document.place() + ": " + site + ": " + message);
            }
        }
        say(site + ": refused, stays as it was");
        return false;
    }

    private void print(SiteText document, Complaint complaint) {
        say(document.file() + ":" + document.inFile(complaint.line()) + ": " + complaint);
    }

    /** In JSON it looks like a refusal of the control plane. */
    private void complain(SiteText document) {
        if (!control.json()) {
            document.problems().forEach(problem -> say(problem.toString()));
            return;
        }
        ObjectNode refusal = JsonNodeFactory.instance.objectNode();
        refusal.put("title", "Not sent").put("detail", document.place() + " was not sent");
        for (Problem problem : document.problems()) {
            refusal.withArrayProperty("errors")
                    .addObject()
                    .put("line", problem.line())
                    .put("path", problem.path())
                    .put("message", problem.message());
        }
        say(refusal.toString());
    }

    private void say(String line) {
        control.out().println(control.json() ? line : Terminal.plain(line));
        control.out().flush();
    }
}
