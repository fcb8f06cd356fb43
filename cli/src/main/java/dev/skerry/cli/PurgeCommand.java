package dev.skerry.cli;

import dev.skerry.cli.message.CommandFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skerry purge}: one request to the admin port of a node. */
@Command(
        name = "purge",
        mixinStandardHelpOptions = true,
        description = {
            "Makes stored responses unusable, at once. It takes no longer for a tag that a million"
                    + " responses carry than for one URL.",
            "",
            "Say what: any number of URLs, tags, prefixes or hosts, all in one request; or"
                    + " everything.",
            "",
        },
        exitCodeList = {
            "0:purged: no request that starts now is answered with what was purged",
            "1:the node could not be reached, or refused",
            "2:used wrongly",
            "3:accepted, but not yet acknowledged: it works, and might not after a restart",
        },
        footer = {
            "  ./skerry purge --admin http://127.0.0.1:9081 --url https://www.example.org/news",
            "  ./skerry purge --admin http://127.0.0.1:9081 --tag product-17 --tag category-4",
            "  ./skerry purge --admin http://127.0.0.1:9081 --prefix www.example.org/static/ --soft",
        })
final class PurgeCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MOST_TOKEN_BYTES = 2048;
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,1024}");
    private static final int ACCEPTED = 202;
    private static final int PENDING = 3;

    @Spec private CommandSpec spec;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            required = true,
            description = "The node's admin port: http://HOST:PORT, or HOST:PORT.")
    private String admin = "";

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "Holds the bearer token, where the node was given one.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "One URL, with all its variants. Repeat it for more, like all below.")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "Every response that carries the tag (surrogate key).")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--prefix",
            paramLabel = "HOST/PATH",
            description =
                    "Every URL below the path. It ends at a segment: /shop covers /shop/1, not"
                            + " /shopping.")
    private List<String> prefixes = new ArrayList<>();

    @Option(names = "--host", paramLabel = "HOST", description = "Every URL of the host.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--everything", description = "All that the node has stored.")
    private boolean everything;

    @Option(
            names = "--soft",
            description =
                    "Make it stale rather than dead: it is revalidated, or served stale while that"
                            + " is allowed.")
    private boolean soft;

    @Option(names = "--json", description = "Print the node's answer as it came.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        List<String> named = new ArrayList<>();
        if (everything) {
            named.add("\"everything\":true");
        }
        addNames(named, "urls", urls);
        addNames(named, "tags", tags);
        addNames(named, "prefixes", prefixes);
        addNames(named, "hosts", hosts);
        if (named.isEmpty()) {
            throw wrong("purge what? Give --url, --tag, --prefix, --host or --everything");
        }
        if (everything && named.size() > 1) {
            throw wrong("--everything leaves nothing for --url, --tag, --prefix or --host");
        }
        if (soft) {
            named.add("\"soft\":true");
        }
        HttpResponse<String> answer = post("{" + String.join(",", named) + "}");
        if (answer.statusCode() / 100 != 2) {
            throw CommandFailed.because(
                    "--admin "
                            + admin
                            + ": the node answered "
                            + answer.statusCode()
                            + ": "
                            + answer.body().strip());
        }
        boolean done = answer.statusCode() != ACCEPTED;
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                json
                        ? answer.body().strip()
                        : done ? "purged" : "pending: accepted, but not yet acknowledged");
        out.flush();
        return done ? ExitCode.OK : PENDING;
    }

    private HttpResponse<String> post(String body) throws CommandFailed, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(purges())
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (tokenFile != null) {
            request.header("Authorization", "Bearer " + token(tokenFile));
        }
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(PATIENCE)
                        .build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw CommandFailed.because(
                    "--admin "
                            + admin
                            + ": no answer from there ("
                            + CommandFailed.reason(e)
                            + ")");
        }
    }

    private static String token(Path file) throws CommandFailed {
        try {
            if (Files.size(file) <= MOST_TOKEN_BYTES) {
                String token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
                if (VISIBLE.matcher(token).matches()) {
                    return token;
                }
            }
        } catch (IOException e) {
            throw CommandFailed.because("--admin-token-file: " + CommandFailed.reason(e));
        }
        throw CommandFailed.because(
                "--admin-token-file: "
                        + file
                        + ": a token is visible ASCII characters in one piece, at most 1024");
    }

    private URI purges() {
        String base = admin.contains("://") ? admin : "http://" + admin;
        try {
            URI uri = URI.create(base.replaceFirst("/+$", "") + "/v1/purges");
            if (uri.getHost() != null && uri.getScheme().matches("https?")) {
                return uri;
            }
        } catch (IllegalArgumentException notAUri) {
            // Falls through to the same message.
        }
        throw wrong(
                "--admin '" + admin + "' is no address: expected http://HOST:PORT, or HOST:PORT");
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static void addNames(List<String> members, String name, List<String> values) {
        if (!values.isEmpty()) {
            members.add(
                    "\""
                            + name
                            + "\":["
                            + String.join(",", values.stream().map(JsonText::quoted).toList())
                            + "]");
        }
    }
}
