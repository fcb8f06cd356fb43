package dev.skerry.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How whatever went wrong is told: one message on stderr, and the exit code. */
final class Mistakes {
    private Mistakes() {}

    /** An option or argument that cannot be. */
    static int usedWrongly(ParameterException mistake, String[] args) {
        CommandLine line = mistake.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("skerry: " + mistake.getMessage() + suggestion(mistake));
        err.println("See: " + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.USAGE;
    }

    /** A command that was used rightly and could not do its work. */
    static int failed(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
        if (failure instanceof CommandFailed told) {
            PrintWriter err = line.getErr();
            told.messages().forEach(message -> err.println("skerry: " + message));
            err.flush();
            return told.exitCode();
        }
        throw failure;
    }

    private static String suggestion(ParameterException mistake) {
        if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> near = unmatched.getSuggestions();
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }
}
