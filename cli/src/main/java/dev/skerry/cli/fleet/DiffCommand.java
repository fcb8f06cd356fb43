package dev.skerry.cli.fleet;

import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code skerry diff}: what {@code apply} would change. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Compares site documents with those that the control plane has, line by line (unified"
                    + " diff). Nothing is printed for a site that is the same.",
            "",
        },
        exitCodeList = {
            "0:compared, whatever came of it",
            "1:at least one could not be",
            "2:used wrongly",
        },
        footer = {"  ./skerry diff site.yaml", "  ./skerry diff sites/a.yaml sites/b.yaml"})
public final class DiffCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files of site documents, parted by --- lines.")
    private List<Path> files = new ArrayList<>();

    private static final int NOT_FOUND = 404;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public DiffCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        List<String> failures = new ArrayList<>();
        try (ControlClient client = control.connect()) {
            for (Path file : files) {
                for (SiteText document : SiteText.read(file)) {
                    String site = document.site();
                    if (site == null || !document.problems().isEmpty()) {
                        document.problems().forEach(problem -> failures.add(problem.toString()));
                    } else {
                        compare(client, document, site, failures);
                    }
                }
            }
        }
        if (!failures.isEmpty()) {
            throw CommandFailed.because(String.join("\n", failures));
        }
        return ExitCode.OK;
    }

    /** All of it is new. */
    private void printNew(String site, List<String> lines) {
        PrintWriter out = control.out();
        out.println(Terminal.plain("--- " + site + " (no such site)"));
        out.println(Terminal.plain("+++ " + site + " (new)"));
        out.println("@@ -0,0 +1," + lines.size() + " @@");
        lines.forEach(line -> out.println(Terminal.plain("+" + line)));
        out.flush();
    }

    private void compare(
            ControlClient client, SiteText document, String site, List<String> failures)
            throws CommandFailed, InterruptedException {
        ControlAnswer answer =
                client.ask(
                        ControlRequest.yaml(
                                "POST",
                                "/v1/sites/" + ControlRequest.part(site) + "/diff",
                                document.text()));
        if (answer.isSuccess()) {
            answer.text().lines().map(Terminal::plain).forEach(control.out()::println);
            control.out().flush();
        } else if (answer.status() == NOT_FOUND) {
            printNew(site, document.text().lines().toList());
        } else {
            client.refused(answer)
                    .messages()
                    .forEach(message -> failures.add(document.place() + ": " + message));
        }
    }
}
