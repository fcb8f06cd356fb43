package dev.skerry.cli.fleet;

import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry diff}: what {@code apply} would change. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Compares site documents with those that the control plane has, line by line (unified"
                    + " diff). Nothing is printed for a site that is the same.",
            "With --site, compares two versions of it, or one with the current one.",
            "",
        },
        exitCodeList = {
            "0:compared, whatever came of it",
            "1:at least one could not be",
            "2:used wrongly",
        },
        footer = {
            "  ./skerry diff site.yaml",
            "  ./skerry diff sites/a.yaml sites/b.yaml",
            "  ./skerry diff --site shop 3 5",
        })
public final class DiffCommand implements Callable<Integer> {
    private static final int NOT_FOUND = 404;
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,9}");

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Files of site documents, parted by --- lines; with --site one or two versions.")
    private List<String> operands = new ArrayList<>();

    @Option(
            names = "--site",
            paramLabel = "SITE",
            description = "Compare versions of this site, and no files.")
    private @Nullable String site;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public DiffCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        if (site != null) {
            String path = "/v1/sites/" + ControlRequest.part(site) + "/diff?" + versions();
            try (ControlClient client = control.connect()) {
                print(
                        client.fetch(
                                new ControlRequest("POST", path, null, "", null, Duration.ZERO)));
            }
            return ExitCode.OK;
        }
        compareFiles();
        return ExitCode.OK;
    }

    /** The query that names them. */
    private String versions() throws CommandFailed {
        for (String version : operands) {
            if (!VERSION.matcher(version).matches()) {
                throw wrong("'" + version + "' is no version: with --site, give numbers");
            }
        }
        return switch (operands.size()) {
            case 1 -> "from=" + operands.getFirst();
            case 2 -> "from=" + operands.getFirst() + "&to=" + operands.get(1);
            default -> throw wrong("two versions can be compared, not " + operands.size());
        };
    }

    private void compareFiles() throws CommandFailed, InterruptedException {
        List<String> failures = new ArrayList<>();
        try (ControlClient client = control.connect()) {
            for (String file : operands) {
                for (SiteText document : SiteText.read(Path.of(file))) {
                    String name = document.site();
                    if (name == null || !document.problems().isEmpty()) {
                        document.problems().forEach(problem -> failures.add(problem.toString()));
                    } else {
                        compare(client, document, name, failures);
                    }
                }
            }
        }
        if (!failures.isEmpty()) {
            throw CommandFailed.because(String.join("\n", failures));
        }
    }

    private void print(ControlAnswer answer) {
        answer.text().lines().map(Terminal::plain).forEach(control.out()::println);
        control.out().flush();
    }

    /** All of it is new. */
    private void printNew(String name, List<String> lines) {
        PrintWriter out = control.out();
        out.println(Terminal.plain("--- " + name + " (no such site)"));
        out.println(Terminal.plain("+++ " + name + " (new)"));
        out.println("@@ -0,0 +1," + lines.size() + " @@");
        lines.forEach(line -> out.println(Terminal.plain("+" + line)));
        out.flush();
    }

    private void compare(
            ControlClient client, SiteText document, String name, List<String> failures)
            throws CommandFailed, InterruptedException {
        ControlAnswer answer =
                client.ask(
                        ControlRequest.yaml(
                                "POST",
                                "/v1/sites/" + ControlRequest.part(name) + "/diff",
                                document.text()));
        if (answer.isSuccess()) {
            print(answer);
        } else if (answer.status() == NOT_FOUND) {
            printNew(name, document.text().lines().toList());
        } else {
            client.refused(answer)
                    .messages()
                    .forEach(message -> failures.add(document.place() + ": " + message));
        }
    }

    private static CommandFailed wrong(String message) {
        return CommandFailed.usedWrongly(List.of(message));
    }
}
