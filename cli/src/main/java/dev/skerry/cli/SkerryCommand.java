package dev.skerry.cli;

import dev.skerry.cli.cache.CacheCommand;
import dev.skerry.cli.fleet.ApplyCommand;
import dev.skerry.cli.fleet.DeleteCommand;
import dev.skerry.cli.fleet.DiffCommand;
import dev.skerry.cli.fleet.ExplainCommand;
import dev.skerry.cli.fleet.HistoryCommand;
import dev.skerry.cli.fleet.NodesCommand;
import dev.skerry.cli.fleet.PurgeCommand;
import dev.skerry.cli.fleet.RollbackCommand;
import dev.skerry.cli.fleet.StatusCommand;
import dev.skerry.cli.fleet.TokenCommand;
import dev.skerry.cli.simulate.SimulateCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skerry} itself: says what there is. */
@Command(
        name = "skerry",
        mixinStandardHelpOptions = true,
        versionProvider = SkerryCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "A content delivery network that one team can run: edge caches near the clients, a"
                    + " shield that protects the origin, and a control plane.",
            "",
        },
        subcommands = {
            UpCommand.class,
            EdgeCommand.class,
            ShieldCommand.class,
            ControlCommand.class,
            CheckCommand.class,
            ApplyCommand.class,
            DiffCommand.class,
            HistoryCommand.class,
            RollbackCommand.class,
            DeleteCommand.class,
            PurgeCommand.class,
            ExplainCommand.class,
            CacheCommand.class,
            StatusCommand.class,
            NodesCommand.class,
            TokenCommand.class,
            SimulateCommand.class,
            TestCommand.class,
            HelpCommand.class,
        },
        footer = {
            "  ./skerry up",
            "  ./skerry edge --listen 127.0.0.1:8081 --origin https://www.example.org",
            "  ./skerry status",
            "",
            "`skerry COMMAND --help` explains a command and its options.",
        })
final class SkerryCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** The version as the jar's manifest has it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"skerry " + (version == null ? "from classes" : version)};
        }
    }
}
