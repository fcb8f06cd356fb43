package dev.skerry.cli.fleet;

import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.message.CommandFailed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code skerry token revoke}. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = {"Ends a token at once.", ""},
        footer = {"  ./skerry token revoke deploy"})
public final class TokenRevoke implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The token's name.")
    private String name = "";

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public TokenRevoke() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        try (ControlClient client = control.connect()) {
            client.fetch(ControlRequest.delete("/v1/tokens/" + ControlRequest.part(name)));
            control.out().println(control.json() ? "{}" : name + " is revoked");
            control.out().flush();
        }
        return ExitCode.OK;
    }
}
