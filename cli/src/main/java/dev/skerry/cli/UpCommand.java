package dev.skerry.cli;

import dev.skerry.cli.message.CommandFailed;
import dev.skerry.cli.up.Up;
import dev.skerry.cli.up.UpOptions;
import dev.skerry.config.node.Address;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skerry up}: a whole network in one process. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a whole network in one process: control plane, router, shield and two edges, in"
                    + " front of a small site that comes with it, or of --origin. Prints what runs"
                    + " where, and what to try.",
            "",
            "Everything listens on the loopback address, and remembers its purges and sites in"
                    + " --data. The admin port of a node is the port of its clients and 1000 more.",
            "",
        },
        exitCodeList = {
            "0:drained and stopped",
            "1:could not start; the message says why, and nothing is left running",
            "2:used wrongly",
        },
        footer = {
            "  ./skerry up",
            "  ./skerry up --origin https://www.example.org --data /tmp/try"
        })
final class UpCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);

    @Spec private CommandSpec spec;

    @Option(
            names = "--origin",
            paramLabel = "URL",
            description = "The site to put the network in front of. Default: the one built in.")
    private @Nullable String origin;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "skerry-data",
            description = "Where it remembers. Made if absent. Default: ./skerry-data")
    private Path data = Path.of("skerry-data");

    @Option(
            names = "--routing",
            paramLabel = "FILE",
            description =
                    "Where edges and clients are, instead of the routing built in: locations"
                            + " frankfurt and ashburn.")
    private @Nullable Path routing;

    @Option(
            names = "--control",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9000",
            description = "The API of the control plane. Default: 127.0.0.1:9000")
    private String control = "";

    @Option(
            names = "--router",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            description = "The router. Default: 127.0.0.1:8080")
    private String router = "";

    @Option(
            names = "--shield",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8090",
            description = "The shield. Default: 127.0.0.1:8090")
    private String shield = "";

    @Option(
            names = "--edge-1",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8081",
            description = "The edge in frankfurt. Default: 127.0.0.1:8081")
    private String edge1 = "";

    @Option(
            names = "--edge-2",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8082",
            description = "The edge in ashburn. Default: 127.0.0.1:8082")
    private String edge2 = "";

    @Override
    public Integer call() throws Exception {
        UpOptions options =
                new UpOptions(
                        origin,
                        data,
                        address("--control", control),
                        address("--router", router),
                        address("--shield", shield),
                        List.of(named("--edge-1", edge1), named("--edge-2", edge2)),
                        routing);
        try {
            StopSignals signals = StopSignals.install();
            try (Up up = start(options)) {
                PrintWriter out = spec.commandLine().getOut();
                up.map().forEach(out::println);
                out.flush();
                signals.await();
            }
            LOG.info("stopped");
            return ExitCode.OK;
        } finally {
            ConsoleLogging.finish();
        }
    }

    private static Up start(UpOptions options) throws CommandFailed, InterruptedException {
        try {
            return Up.start(options);
        } catch (IOException e) {
            throw CommandFailed.because(CommandFailed.reason(e));
        }
    }

    private Address named(String option, String text) {
        Address address = address(option, text);
        if (address.port() == 0) {
            throw wrong(option + " '" + text + "': clients are sent there, so name a port");
        }
        return address;
    }

    private Address address(String option, String text) {
        Address address = Address.parse(text);
        if (address == null) {
            throw wrong(option + " '" + text + "' is not " + Address.FORM);
        }
        return address;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
