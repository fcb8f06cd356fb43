package dev.skerry.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command that was run in this process.
 *
 * @param exit its exit code
 * @param out what it printed
 * @param err what it complained about
 */
public record Ran(int exit, String out, String err) {
    /** Runs {@code skerry} with these arguments. */
    public static Ran skerry(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        int exit = line.execute(arguments);
        return new Ran(exit, out.toString(), err.toString());
    }
}
