package dev.skerry.cli.fleet;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skerry token}: who may do what. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenCreate.class, TokenList.class, TokenRevoke.class},
        description = {
            "Makes, lists and ends the bearer tokens that open the control plane. Each has a name,"
                    + " verbs, and the sites that it is for.",
            "",
        },
        footer = {
            "  ./skerry token create deploy --verb read --verb purge --site shop --out deploy.token",
            "  ./skerry token create nodes --verb node --out node.token",
            "  ./skerry token list",
            "  ./skerry token revoke deploy",
        })
public final class TokenCommand implements Runnable {
    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public TokenCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "token create, list or revoke?");
    }
}
