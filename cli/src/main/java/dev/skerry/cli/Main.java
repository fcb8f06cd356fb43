package dev.skerry.cli;

import dev.skerry.cli.message.Mistakes;
import dev.skerry.config.node.Role;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The one entry point: every role and every tool is a command of it. */
public final class Main {
    private static final Map<String, String> EXIT_CODES =
            Map.of(
                    "0",
                    "done",
                    "1",
                    "failed; the message says why",
                    "2",
                    "used wrongly; the message names the option, the value and what would be right");

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, as the process and the tests of the documents parse it. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new SkerryCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.setAbbreviatedSubcommandsAllowed(false);
        line.setParameterExceptionHandler(Mistakes::usedWrongly);
        line.setExecutionExceptionHandler(Mistakes::failed);
        Map<String, CommandLine> commands = line.getSubcommands();
        commands.forEach(Main::addOptions);
        explain(line);
        return line;
    }

    private static void addOptions(String name, CommandLine command) {
        switch (name) {
            case "edge" -> NodeOptions.addTo(command.getCommandSpec(), Role.EDGE);
            case "shield" -> NodeOptions.addTo(command.getCommandSpec(), Role.SHIELD);
            default -> {
                // Its options are fields.
            }
        }
    }

    /** What the help of every command has, and of those below it. */
    private static void explain(CommandLine line) {
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        usage.sortOptions(false);
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.footerHeading("%nExamples:%n");
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeList(new TreeMap<>(EXIT_CODES));
        }
        line.getSubcommands().values().forEach(Main::explain);
    }
}
