package dev.skerry.cli;

import dev.skerry.cli.message.CommandFailed;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.node.NodeSettingsResult;
import dev.skerry.config.node.NodeSettingsSource;
import dev.skerry.config.node.Role;
import dev.skerry.config.text.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/** The life of a node's process: settings, start, wait for a signal, drain, end. */
final class NodeRun {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRun.class);

    private NodeRun() {}

    /** Starts what the settings say. */
    @FunctionalInterface
    interface Starter {
        /**
         * Returns when clients are served.
         *
         * @throws IOException with a message for the operator, when it cannot be
         */
        AutoCloseable start(NodeSettings settings) throws IOException;
    }

    /**
     * Runs a node until a signal ends it.
     *
     * @param flags the options that were given, without dashes
     * @return the exit code
     * @throws CommandFailed when the node could not start, with all that is known to be wrong
     */
    static int untilSignalled(
            Role role,
            Map<String, List<String>> flags,
            Map<String, String> environment,
            Starter starter)
            throws Exception {
        NodeSettings settings = settings(role, flags, environment);
        try {
            StopSignals signals = StopSignals.install();
            AutoCloseable node;
            try {
                node = starter.start(settings);
            } catch (IOException e) {
                throw CommandFailed.because(CommandFailed.reason(e));
            }
            signals.await();
            node.close();
            LOG.info("stopped");
            return ExitCode.OK;
        } finally {
            ConsoleLogging.finish();
        }
    }

    private static NodeSettings settings(
            Role role, Map<String, List<String>> flags, Map<String, String> environment)
            throws CommandFailed {
        return switch (NodeSettingsSource.of(role).read(flags, environment)) {
            case NodeSettingsResult.Ready(NodeSettings settings, List<Problem> warnings) -> {
                warnings.forEach(warning -> LOG.warn("{}", warning));
                yield settings;
            }
            case NodeSettingsResult.Wrong(List<Problem> problems) ->
                    throw CommandFailed.usedWrongly(
                            problems.stream().map(Problem::toString).toList());
        };
    }
}
