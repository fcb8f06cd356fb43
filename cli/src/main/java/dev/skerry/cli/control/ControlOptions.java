package dev.skerry.cli.control;

import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command takes that speaks to a control plane: where it is, and who asks. */
public final class ControlOptions {
    private static final String DEFAULT_CONTROL = "http://127.0.0.1:9000";
    private static final Path DEFAULT_TOKEN = Path.of("skerry-data", "admin.token");
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--control",
            paramLabel = "URL",
            description =
                    "The control plane. Default: the variable SKERRY_CONTROL, else "
                            + DEFAULT_CONTROL
                            + ".")
    private @Nullable String control;

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description =
                    "Holds the bearer token. Default: the file that the variable SKERRY_TOKEN"
                            + " names, else ./skerry-data/admin.token if it is there.")
    private @Nullable Path token;

    @Option(
            names = "--ca",
            paramLabel = "PEM",
            description = "Certificates that are believed beside the JDK's.")
    private @Nullable Path ca;

    @Option(
            names = "--json",
            description = "Print the documents of the control plane as they came.")
    private boolean json;

    /** Made by picocli. */
    public ControlOptions() {}

    /** Whether documents are printed as they came. */
    public boolean json() {
        return json;
    }

    /** Where the command prints. */
    public PrintWriter out() {
        if (command == null) {
            throw new IllegalStateException("these are the options of a command");
        }
        return command.commandLine().getOut();
    }

    /**
     * A client for the control plane that was meant. Nothing is sent yet.
     *
     * @throws CommandFailed (used wrongly) when the options cannot be
     */
    public ControlClient connect() throws CommandFailed {
        return connect(System.getenv());
    }

    ControlClient connect(Map<String, String> environment) throws CommandFailed {
        String variable = environment.getOrDefault("SKERRY_CONTROL", "");
        URI base;
        if (control != null) {
            base = address(control, "--control");
        } else if (!variable.isBlank()) {
            base = address(variable.strip(), "SKERRY_CONTROL");
        } else {
            base = URI.create(DEFAULT_CONTROL);
        }
        BearerToken bearer = token(environment);
        if (bearer != null && base.getScheme().equals("http") && !isLoopback(base.getHost())) {
            throw wrong(
                    "--control '"
                            + base
                            + "': a token does not travel unencrypted: use https, or a tunnel to"
                            + " the loopback address");
        }
        return ControlClient.of(base, bearer, ca);
    }

    private @Nullable BearerToken token(Map<String, String> environment) throws CommandFailed {
        String variable = environment.getOrDefault("SKERRY_TOKEN", "");
        if (token != null) {
            return BearerToken.read(token, "--token");
        }
        if (!variable.isBlank()) {
            return BearerToken.read(Path.of(variable.strip()), "SKERRY_TOKEN");
        }
        return Files.exists(DEFAULT_TOKEN) ? BearerToken.read(DEFAULT_TOKEN, "--token") : null;
    }

    /**
     * Scheme, host and port of what somebody gave as an address.
     *
     * @param option what gave it, for the message
     */
    public static URI address(String text, String option) throws CommandFailed {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            boolean bare =
                    uri.getRawUserInfo() == null
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            if (uri.getHost() != null && uri.getScheme().matches("https?") && bare) {
                return URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
            }
        } catch (IllegalArgumentException notAUri) {
            // Falls through to the same message.
        }
        throw wrong(
                option
                        + " '"
                        + text
                        + "' is no address: expected http://HOST:PORT, https://HOST:PORT or"
                        + " HOST:PORT");
    }

    /** Names are not asked for: what a name server says is no proof. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost") || LOOPBACK_V4.matcher(host).matches()) {
            return true;
        }
        try {
            return host.startsWith("[") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }

    private static CommandFailed wrong(String message) {
        return CommandFailed.usedWrongly(List.of(message));
    }
}
