package dev.skerry.cli;

import dev.skerry.cli.message.CommandFailed;
import dev.skerry.control.store.etcd.EtcdOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose etcd for the memory of a control plane. */
final class EtcdChoice {
    private static final String ENDPOINT = "--etcd";

    @Option(
            names = ENDPOINT,
            paramLabel = "URL",
            split = ",",
            description =
                    "Members of an etcd that keeps everything, for several control planes: http(s)"
                            + " URLs with commas between. Default: the data folder keeps it.")
    private List<String> endpoints = List.of();

    @Option(names = "--etcd-user", paramLabel = "NAME", description = "The user for etcd.")
    private @Nullable String user;

    @Option(
            names = "--etcd-password",
            paramLabel = "FILE",
            description = "A file that holds the user's password.")
    private @Nullable Path password;

    @Option(
            names = "--etcd-ca",
            paramLabel = "PEM",
            description = "Certificates to judge etcd's by, beside the JDK's.")
    private @Nullable Path ca;

    @Option(
            names = "--etcd-cert",
            paramLabel = "PEM",
            description = "What etcd is shown, the leaf first.")
    private @Nullable Path certificate;

    @Option(names = "--etcd-key", paramLabel = "PEM", description = "Its key.")
    private @Nullable Path key;

    @Option(
            names = "--etcd-prefix",
            paramLabel = "TEXT",
            defaultValue = EtcdOptions.USUAL_PREFIX,
            description =
                    "What the names of all keys begin with. Control planes with the same etcd and"
                            + " prefix are replicas of one another. Default: ${DEFAULT-VALUE}")
    private String prefix = EtcdOptions.USUAL_PREFIX;

    /**
     * What was chosen.
     *
     * @return null for no etcd
     */
    @Nullable EtcdOptions options() throws CommandFailed {
        boolean others = user != null || password != null || ca != null || certificate != null;
        if (endpoints.isEmpty()) {
            if (others || key != null) {
                throw wrong(ENDPOINT + ": is missing: the other --etcd options need it");
            }
            return null;
        }
        if ((user == null) != (password == null)) {
            throw wrong("--etcd-user and --etcd-password go together");
        }
        if ((certificate == null) != (key == null)) {
            throw wrong("--etcd-cert and --etcd-key go together");
        }
        if (prefix.isEmpty()) {
            throw wrong("--etcd-prefix: must not be empty");
        }
        List<URI> uris = new ArrayList<>();
        for (String endpoint : endpoints) {
            uris.add(endpoint(endpoint.strip()));
        }
        return new EtcdOptions(
                uris,
                user == null || password == null ? null : new EtcdOptions.Login(user, password),
                ca,
                certificate == null || key == null
                        ? null
                        : new EtcdOptions.Identity(certificate, key),
                prefix);
    }

    private URI endpoint(String text) throws CommandFailed {
        URI uri;
        try {
            uri = URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            throw noEndpoint(text);
        }
        boolean bare =
                uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null
                        && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
        if (uri.getHost() == null
                || uri.getPort() < 1
                || !uri.getScheme().matches("https?")
                || !bare) {
            throw noEndpoint(text);
        }
        if (user != null && uri.getScheme().equals("http") && !isLoopback(uri.getHost())) {
            throw wrong(
                    ENDPOINT
                            + ": '"
                            + text
                            + "' would send the password in the clear: give an https:// URL");
        }
        return uri;
    }

    private static boolean isLoopback(String host) {
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        try {
            return host.equals("localhost")
                    || (literal && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static CommandFailed noEndpoint(String text) {
        return wrong(ENDPOINT + ": '" + text + "' is no URL such as https://etcd-1.example:2379");
    }

    private static CommandFailed wrong(String message) {
        return CommandFailed.usedWrongly(List.of(message));
    }
}
