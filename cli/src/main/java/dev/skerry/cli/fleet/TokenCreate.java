package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.message.CommandFailed;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry token create}. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a token. Its secret is told once, now: into a file that only you can read, or to"
                    + " stdout.",
            "",
        },
        footer = {
            "  ./skerry token create deploy --verb read --verb purge --site shop --out deploy.token",
            "  ./skerry token create nodes --verb node --out node.token",
        })
public final class TokenCreate implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "What it is called, in the audit trail too.")
    private String name = "";

    @Option(
            names = "--verb",
            required = true,
            paramLabel = "VERB",
            description =
                    "What it allows: read, purge, configure, node, or admin (all of them). Repeat"
                            + " it for more.")
    private List<String> verbs = new ArrayList<>();

    @Option(
            names = "--site",
            paramLabel = "NAME",
            description = "A site that it is for. Repeat it for more; all sites if none is given.")
    private List<String> sites = new ArrayList<>();

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "How many requests a second it may make, 1 to 10000; ten times as many at once."
                            + " Default: 100; none with the verb admin.")
    private @Nullable Integer rate;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "A new file for the secret, with mode 600. Default: stdout.")
    private @Nullable Path file;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public TokenCreate() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        try (ControlClient client = control.connect()) {
            if (file == null) {
                ControlAnswer answer = make(client);
                control.out().println(control.json() ? answer.text().strip() : secret(answer));
            } else {
                makeInto(file, client);
                control.out().println(file + ": the token of " + name);
            }
        }
        control.out().flush();
        return ExitCode.OK;
    }

    /** The file first: a secret that cannot be written down would be lost. */
    private void makeInto(Path target, ControlClient client)
            throws CommandFailed, InterruptedException {
        try {
            Files.createFile(
                    target,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw CommandFailed.usedWrongly(List.of("--out: " + target + " is there already"));
        } catch (IOException e) {
            throw CommandFailed.usedWrongly(List.of("--out: " + CommandFailed.reason(e)));
        }
        boolean written = false;
        try {
            Files.writeString(target, secret(make(client)) + "\n");
            written = true;
        } catch (IOException e) {
            throw CommandFailed.because(
                    "--out: "
                            + CommandFailed.reason(e)
                            + "; the token was made: revoke it, and try again");
        } finally {
            if (!written) {
                target.toFile().delete();
            }
        }
    }

    private ControlAnswer make(ControlClient client) throws CommandFailed, InterruptedException {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("name", name);
        ArrayNode allowed = wanted.putArray("verbs");
        verbs.forEach(allowed::add);
        if (!sites.isEmpty()) {
            ArrayNode named = wanted.putArray("sites");
            sites.forEach(named::add);
        }
        if (rate != null) {
            wanted.put("rate", rate);
        }
        return client.fetch(ControlRequest.post("/v1/tokens", wanted.toString()));
    }

    private static String secret(ControlAnswer answer) throws CommandFailed {
        return answer.json().path("token").asText();
    }
}
