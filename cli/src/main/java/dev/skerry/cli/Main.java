package dev.skerry.cli;

import picocli.CommandLine;

/** The one entry point: every role and every tool is a command of it. */
public final class Main {
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
        return line;
    }
}
