package dev.skerry.cli;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cli.message.CommandFailed;
import dev.skerry.config.node.Address;
import dev.skerry.config.routing.Cidr;
import dev.skerry.control.process.ControlOptions;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.control.store.etcd.EtcdOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code skerry control}: the control plane as a process. */
@Command(
        name = "control",
        mixinStandardHelpOptions = true,
        subcommands = {StateCommand.Export.class, StateCommand.Import.class},
        description = {
            "Runs the control plane: it takes purges and sites, and tells every node. With"
                    + " --router-listen it also sends clients to their edge.",
            "",
            "The first start writes admin.token (for you) and node.token (for edges and shields)"
                    + " into its data folder. SIGTERM (or Ctrl-C) ends it; nodes serve on without.",
            "",
        },
        exitCodeList = {
            "0:drained and stopped",
            "1:could not start, or failed; the message says why",
            "2:used wrongly; the message names the option, the value and what would be right",
        },
        footer = {
            "  ./skerry control",
            "  ./skerry control --router-listen 127.0.0.1:8080 --data /var/lib/skerry",
            "  ./skerry control --listen :9000 --tls-cert control.crt --tls-key control.key",
            "  ./skerry control --etcd https://etcd-1:2379,https://etcd-2:2379 --etcd-ca ca.crt",
        })
final class ControlCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ControlCommand.class);
    private static final Duration TO_DRAIN = Duration.ofSeconds(30);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9000",
            converter = AddressOption.class,
            description =
                    "Where the API listens. Default: 127.0.0.1:9000; off loopback only by TLS.")
    private @Nullable Address listen;

    @Option(
            names = "--tls-cert",
            paramLabel = "PEM",
            description = "The API's certificates, the leaf first.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "PEM",
            description = "The key of the first certificate.")
    private @Nullable Path key;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "skerry-data",
            description = "Where everything is remembered. Default: skerry-data, made if need be.")
    private @Nullable Path data;

    @Option(
            names = "--purge-from",
            paramLabel = "NETWORK",
            split = ",",
            converter = NetworkOption.class,
            description = {
                "Networks from which PURGE, PURGEKEYS and BAN need no token, such as",
                "10.0.0.0/8. Default: none."
            })
    private List<Cidr> purgeFrom = List.of();

    @Mixin private EtcdChoice etcd = new EtcdChoice();

    @Option(
            names = "--router-listen",
            paramLabel = "HOST:PORT",
            converter = AddressOption.class,
            description = "Where the router listens. Default: there is none.")
    private @Nullable Address router;

    @Option(
            names = "--routing",
            paramLabel = "FILE",
            description =
                    "Where nodes and clients are, for the router; read again when it changes.")
    private @Nullable Path routing;

    @Option(
            names = "--router-tls-listen",
            paramLabel = "HOST:PORT",
            converter = AddressOption.class,
            description = "Where the router listens for HTTPS. Needs both files.")
    private @Nullable Address routerTls;

    @Option(
            names = "--router-tls-cert",
            paramLabel = "PEM",
            description = "The router's certificates, the leaf first.")
    private @Nullable Path routerCertificate;

    @Option(names = "--router-tls-key", paramLabel = "PEM", description = "Its key.")
    private @Nullable Path routerKey;

    @Option(
            names = "--router-log",
            paramLabel = "off|stdout|FILE",
            defaultValue = "off",
            description = "Where a JSON line about each request to the router goes. Default: off.")
    private String routerLog = "off";

    /** {@code 10.0.0.0/8}. */
    private static final class NetworkOption implements ITypeConverter<Cidr> {
        @Override
        public Cidr convert(String text) {
            try {
                return Cidr.of(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** {@code HOST:PORT}. */
    private static final class AddressOption implements ITypeConverter<Address> {
        @Override
        public Address convert(String text) {
            Address address = Address.parse(text);
            if (address == null) {
                throw new TypeConversionException("'" + text + "' is not " + Address.FORM);
            }
            return address;
        }
    }

    @Override
    public Integer call() throws Exception {
        ControlOptions options = options();
        try {
            StopSignals signals = StopSignals.install();
            ControlPlane plane = start(options);
            say(plane, options);
            signals.await();
            plane.drain(TO_DRAIN);
            LOG.info("stopped");
            return ExitCode.OK;
        } finally {
            ConsoleLogging.finish();
        }
    }

    private static ControlPlane start(ControlOptions options) throws CommandFailed {
        try {
            return ControlPlane.start(
                    options, TimeSource.system()::nanoTime, InstantSource.system());
        } catch (IOException e) {
            throw CommandFailed.because(CommandFailed.reason(e));
        }
    }

    private static void say(ControlPlane plane, ControlOptions options) {
        InetSocketAddress routes = plane.routerAddress();
        LOG.info(
                "control plane serves {}://{}{}, data in {}{}",
                options.tls() == null ? "http" : "https",
                text(plane.address()),
                routes == null
                        ? ""
                        : ", router "
                                + (options.router() == null || options.router().listen() == null
                                        ? "https://"
                                        : "http://")
                                + text(routes),
                options.data(),
                where(options.etcd()));
    }

    private static String where(@Nullable EtcdOptions etcd) {
        return etcd == null
                ? ""
                : " and in etcd at "
                        + String.join(", ", etcd.endpoints().stream().map(URI::toString).toList());
    }

    private static String text(InetSocketAddress address) {
        return new Address(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    private ControlOptions options() throws CommandFailed {
        if (listen == null || data == null) {
            throw new IllegalStateException("both have defaults");
        }
        if ((certificate == null) != (key == null)) {
            throw CommandFailed.usedWrongly(
                    List.of(
                            (key == null ? "--tls-key" : "--tls-cert")
                                    + ": is missing: --tls-cert and --tls-key go together"));
        }
        return new ControlOptions(
                listen.socketAddress(),
                certificate == null || key == null
                        ? null
                        : new ControlOptions.Pem(certificate, key),
                data,
                etcd.options(),
                routerOptions(),
                purgeFrom);
    }

    private ControlOptions.@Nullable RouterOptions routerOptions() throws CommandFailed {
        boolean allTls = routerTls != null && routerCertificate != null && routerKey != null;
        boolean noTls = routerTls == null && routerCertificate == null && routerKey == null;
        if (!allTls && !noTls) {
            throw CommandFailed.usedWrongly(
                    List.of(
                            "--router-tls-listen, --router-tls-cert and --router-tls-key go"
                                    + " together"));
        }
        if (router == null && routerTls == null) {
            if (routing != null) {
                throw CommandFailed.usedWrongly(
                        List.of("--routing: does nothing without --router-listen HOST:PORT"));
            }
            return null;
        }
        return new ControlOptions.RouterOptions(
                router == null ? null : router.socketAddress(),
                routerTls == null ? null : routerTls.socketAddress(),
                routerCertificate == null || routerKey == null
                        ? null
                        : new ControlOptions.Pem(routerCertificate, routerKey),
                routing,
                log());
    }

    private @Nullable OutputStream log() throws CommandFailed {
        return switch (routerLog) {
            case "off" -> null;
            case "stdout" -> System.out;
            default -> appendTo(Path.of(routerLog));
        };
    }

    private static OutputStream appendTo(Path file) throws CommandFailed {
        try {
            return Files.newOutputStream(
                    file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw CommandFailed.because("--router-log: " + CommandFailed.reason(e));
        }
    }
}
