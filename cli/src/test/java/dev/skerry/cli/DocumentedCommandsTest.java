package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the documents and the help say can be typed, can be typed. */
final class DocumentedCommandsTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @TestFactory
    Stream<DynamicTest> everyCommandInTheDocumentsParses() throws IOException {
        List<DocumentedCommands.Shown> shown = DocumentedCommands.under(REPOSITORY);
        assertTrue(shown.stream().anyMatch(command -> command.where().startsWith("README.md:")));
        return shown.stream()
                .map(command ->
                        DynamicTest.dynamicTest(
                                command.where(), () -> assertParses(command.arguments())));
    }

    @TestFactory
    Stream<DynamicTest> everyExampleInTheHelpParses() {
        List<DynamicTest> tests = new ArrayList<>();
        for (CommandLine line : commands()) {
            List<String> examples =
                    Arrays.stream(line.getCommandSpec().usageMessage().footer())
                            .map(String::strip)
                            .filter(text -> text.startsWith("./skerry"))
                            .toList();
            assertFalse(examples.isEmpty(), line.getCommandName() + " has no example");
            for (String example : examples) {
                tests.add(
                        DynamicTest.dynamicTest(
                                example,
                                () -> assertParses(DocumentedCommands.arguments(example))));
            }
        }
        return tests.stream();
    }

    @Test
    void everyCommandAndOptionIsExplained() {
        for (CommandLine line : commands()) {
            String name = line.getCommandName();
            CommandLine.Model.UsageMessageSpec usage = line.getCommandSpec().usageMessage();
            assertTrue(usage.description().length > 0, name + " is not explained");
            assertTrue(usage.exitCodeList().size() >= 3, name + " does not list its exit codes");
            for (OptionSpec option : line.getCommandSpec().options()) {
                assertTrue(
                        option.description().length > 0,
                        name + " " + option.longestName() + " is not explained");
            }
        }
    }

    @Test
    void aCommandIsFoundInItsBlockAndSplitLikeAShellDoes() {
        List<String> page =
                List.of(
                        "```sh",
                        "./skerry purge --tag 'a b' \\",
                        "    --url \"http://x/?a=1&b\"  # why",
                        "```",
                        "./skerry outside of a block",
                        "```",
                        "./skerry in another block",
                        "```");
        List<DocumentedCommands.Shown> shown = DocumentedCommands.in("page", page);
        assertEquals(
                List.of(
                        new DocumentedCommands.Shown(
                                "page:2",
                                List.of("purge", "--tag", "a b", "--url", "http://x/?a=1&b"))),
                shown);
    }

    private static void assertParses(List<String> arguments) {
        Main.commandLine().parseArgs(arguments.toArray(String[]::new));
    }

    private static List<CommandLine> commands() {
        CommandLine root = Main.commandLine();
        List<CommandLine> all = new ArrayList<>(List.of(root));
        root.getSubcommands().forEach((name, line) -> all.add(line));
        all.removeIf(line -> line.getCommandName().equals("help"));
        return all;
    }
}
