package dev.skerry.cli;

import dev.skerry.config.node.Role;
import dev.skerry.shield.ShieldProcess;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skerry shield}: a cache in front of the origins. */
@Command(
        name = "shield",
        mixinStandardHelpOptions = true,
        customSynopsis =
                "skerry shield (--origin=URL | --config=FILE | --control=URL)... [OPTION]...",
        description = {
            "Runs a shield: the cache that edges ask, so that an origin sees one request for an object"
                    + " however many edges want it. It takes the same options as an edge.",
            "",
            "SIGTERM (or Ctrl-C) drains: no new connections, requests under way are finished, exit"
                    + " code 0. A second one ends it at once.",
            "",
        },
        exitCodeList = {
            "0:drained and stopped",
            "1:could not start, or failed; the message says why",
            "2:used wrongly; the message names the option, the value and what would be right",
        },
        footer = {
            "  ./skerry shield --listen :8090 --origin https://www.example.org",
            "  ./skerry shield --listen :8090 --config site.yaml --fleet-key fleet.key",
        })
final class ShieldCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return NodeRun.untilSignalled(
                Role.SHIELD,
                NodeOptions.given(spec.commandLine().getParseResult()),
                System.getenv(),
                settings -> ShieldProcess.start(settings, NodeEndpoints::of));
    }
}
