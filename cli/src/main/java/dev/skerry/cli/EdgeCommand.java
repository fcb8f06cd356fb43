package dev.skerry.cli;

import dev.skerry.config.node.Role;
import dev.skerry.edge.EdgeProcess;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code skerry edge}: a cache near the clients. */
@Command(
        name = "edge",
        mixinStandardHelpOptions = true,
        customSynopsis =
                "skerry edge (--origin=URL | --shield=URL | --config=FILE | --control=URL)..."
                        + " [OPTION]...",
        description = {
            "Runs an edge: a cache that clients talk to. It asks a ring of shields, or the origins"
                    + " themselves; with --origin alone it is a complete caching reverse proxy, for"
                    + " any Host. With shields it needs the fleet key that they have.",
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
            "  ./skerry edge --listen 127.0.0.1:8081 --origin https://www.example.org",
            "  ./skerry edge --shield http://shield-1:8090 --shield http://shield-2:8090 --fleet-key"
                    + " fleet.key",
            "  ./skerry edge --config site.yaml --memory 2g --access-log stdout",
            "  ./skerry edge --control https://control.example:9000 --token node.token --state state"
                    + " --pop fra",
        })
final class EdgeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return NodeRun.untilSignalled(
                Role.EDGE,
                NodeOptions.given(spec.commandLine().getParseResult()),
                System.getenv(),
                settings -> EdgeProcess.start(settings, NodeEndpoints::of));
    }
}
