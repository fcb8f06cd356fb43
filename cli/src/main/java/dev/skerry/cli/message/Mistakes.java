package dev.skerry.cli.message;

import dev.skerry.config.text.NearestWord;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How whatever went wrong is told: one message on stderr, and the exit code. */
public final class Mistakes {
    private Mistakes() {}

    /** An option or argument that cannot be. */
    public static int usedWrongly(ParameterException mistake, String[] args) {
        CommandLine line = mistake.getCommandLine();
        PrintWriter err = line.getErr();
        String message =
                mistake instanceof UnmatchedArgumentException unmatched
                        ? unknown(unmatched, line)
                        : mistake.getMessage();
        err.println("skerry: " + message);
        err.println("See: " + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.USAGE;
    }

    /** A command that was used rightly and could not do its work. */
    public static int failed(Exception failure, CommandLine line, ParseResult parsed)
            throws Exception {
        if (failure instanceof CommandFailed told) {
            PrintWriter err = line.getErr();
            told.messages().forEach(message -> err.println("skerry: " + message));
            err.flush();
            return told.exitCode();
        }
        throw failure;
    }

    private static String unknown(UnmatchedArgumentException unmatched, CommandLine line) {
        String word = unmatched.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            return "unknown option '"
                    + word
                    + "'"
                    + guess(word, line.getCommandSpec().optionsMap());
        }
        Map<String, CommandLine> commands = line.getSubcommands();
        return commands.isEmpty()
                ? line.getCommandName() + " takes no argument '" + word + "'"
                : "unknown command '" + word + "'" + guess(word, commands);
    }

    private static String guess(String word, Map<String, ?> known) {
        int end = word.indexOf('=');
        String nearest = NearestWord.to(end < 0 ? word : word.substring(0, end), known.keySet());
        return nearest == null ? "" : "; did you mean " + nearest + "?";
    }
}
