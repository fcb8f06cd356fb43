package dev.skerry.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skerry test}: the launcher runs it, since there may be no jar yet; here is its help. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Runs every test of the sources: Maven's `verify` under a JDK 25, formatter check"
                    + " included.",
            "",
        },
        footer = {"  ./skerry test", "  ./skerry test --fast"})
final class TestCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Option(
            names = "--fast",
            description = "Leave out the tests tagged slow; done in under 90 seconds.")
    private boolean fast;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "only the launcher in a source folder runs tests: ./skerry test"
                        + (fast ? " --fast" : ""));
    }
}
