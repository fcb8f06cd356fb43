package dev.skerry.cli.cache;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skerry cache}: what one node has stored. */
@Command(
        name = "cache",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CacheLs.class,
            CacheGet.class,
            CacheStats.class,
            CacheVerify.class,
            CacheResume.class
        },
        description = {
            "Shows what one node has stored, in memory and on disk, by its admin port, and looks"
                    + " after its disks. Nothing is fetched, and no body is shown.",
            "",
        },
        footer = {
            "  ./skerry cache ls --prefix http://www.example.org/news",
            "  ./skerry cache get http://www.example.org/",
            "  ./skerry cache stats --admin 127.0.0.1:9090"
        })
public final class CacheCommand implements Runnable {
    @Spec private CommandSpec spec;

    /** Made by picocli. */
    public CacheCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "cache ls, get, stats, verify or resume?");
    }
}
