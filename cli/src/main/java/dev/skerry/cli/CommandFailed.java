package dev.skerry.cli;

import java.util.List;
import picocli.CommandLine.ExitCode;

/** Ends a command with messages for the person who gave it, and an exit code. No stack trace. */
final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> messages;
    private final int exitCode;

    private CommandFailed(List<String> messages, int exitCode) {
        super(String.join("; ", messages), null, false, false);
        this.messages = List.copyOf(messages);
        this.exitCode = exitCode;
    }

    /** What was asked for was right, and could not be done. */
    static CommandFailed because(String message) {
        return new CommandFailed(List.of(message), ExitCode.SOFTWARE);
    }

    /** What was asked for cannot be; all that is wrong with it. */
    static CommandFailed usedWrongly(List<String> messages) {
        return new CommandFailed(messages, ExitCode.USAGE);
    }

    /** One line each. */
    List<String> messages() {
        return messages;
    }

    /** 1 or 2. */
    int exitCode() {
        return exitCode;
    }
}
