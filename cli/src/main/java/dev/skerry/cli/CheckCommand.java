package dev.skerry.cli;

import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.load.Loaded;
import dev.skerry.config.text.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skerry check}: everything that is wrong with site files. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Reads site files as a node would, and reports everything that is wrong with them, a"
                    + " line each: FILE:LINE: PATH: MESSAGE. Unknown keys are errors.",
            "",
        },
        exitCodeList = {
            "0:every file can be used; there may be warnings",
            "1:at least one cannot",
            "2:used wrongly",
        },
        footer = {
            "  ./skerry check site.yaml",
            "  ./skerry check --json sites/a.yaml sites/b.yaml"
        })
final class CheckCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--json",
            description = "Print a JSON array of problems: severity, file, line, path, message.")
    private boolean json;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files of site documents.")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Problem> problems = new ArrayList<>();
        for (Path file : files) {
            Loaded loaded = ConfigLoader.load(file);
            problems.addAll(loaded.problems());
            if (!json) {
                loaded.problems().forEach(out::println);
                if (loaded.isValid()) {
                    int count = loaded.sites().size();
                    out.println(file + ": " + count + (count == 1 ? " site" : " sites") + ", fine");
                }
            }
        }
        if (json) {
            out.println(
                    "["
                            + String.join(",", problems.stream().map(CheckCommand::json).toList())
                            + "]");
        }
        out.flush();
        return problems.stream().anyMatch(Problem::isError) ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private static String json(Problem problem) {
        return "{\"severity\":"
                + JsonText.quoted(problem.severity().name().toLowerCase(Locale.ROOT))
                + ",\"file\":"
                + JsonText.quoted(problem.file())
                + ",\"line\":"
                + problem.line()
                + ",\"path\":"
                + JsonText.quoted(problem.path())
                + ",\"message\":"
                + JsonText.quoted(problem.message())
                + "}";
    }
}
