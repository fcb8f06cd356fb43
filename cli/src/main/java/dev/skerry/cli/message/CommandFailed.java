package dev.skerry.cli.message;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import picocli.CommandLine.ExitCode;

/** Ends a command with messages for the person who gave it, and an exit code. No stack trace. */
public final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> messages;
    private final int exitCode;

    private CommandFailed(List<String> messages, int exitCode) {
        super(String.join("; ", messages), null, false, false);
        this.messages = List.copyOf(messages);
        this.exitCode = exitCode;
    }

    /** What was asked for was right, and could not be done. */
    public static CommandFailed because(String message) {
        return new CommandFailed(message.lines().toList(), ExitCode.SOFTWARE);
    }

    /** What was asked for cannot be; all that is wrong with it. */
    public static CommandFailed usedWrongly(List<String> messages) {
        return new CommandFailed(messages, ExitCode.USAGE);
    }

    /** Why a file or a connection failed, in words: the exceptions of files only name the file. */
    public static String reason(IOException e) {
        String message = e.getMessage();
        if (message == null || message.isBlank()) {
            return e.getClass().getSimpleName();
        }
        return switch (e) {
            case AccessDeniedException denied -> message + ": permission denied";
            case NoSuchFileException missing -> message + ": there is no such file";
            case NotDirectoryException file -> message + ": no directory";
            case FileAlreadyExistsException file -> message + ": exists, and is no directory";
            default -> message;
        };
    }

    /** One line each. */
    public List<String> messages() {
        return messages;
    }

    /** 1 or 2. */
    public int exitCode() {
        return exitCode;
    }
}
