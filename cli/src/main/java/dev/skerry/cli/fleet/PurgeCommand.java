package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.cli.control.BearerToken;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlOptions;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.DurationOption;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code skerry purge}: of a fleet, by its control plane; or of one node that stands alone. */
@Command(
        name = "purge",
        mixinStandardHelpOptions = true,
        description = {
            "Makes stored responses unusable, at once and on every node. It takes no longer for a"
                    + " tag that a million responses carry than for one URL.",
            "",
            "Say what: any number of URLs, tags, prefixes or hosts, all in one request; or"
                    + " everything. Each node's acknowledgement is a line, when it comes.",
            "",
        },
        exitCodeList = {
            "0:purged: no request that starts now is answered with what was purged",
            "1:refused, or nobody answered",
            "2:used wrongly",
            "3:accepted, but a node has not acknowledged it yet; it is named",
        },
        footer = {
            "  ./skerry purge --url https://www.example.org/news --wait 30s",
            "  ./skerry purge --site shop --tag product-17 --tag category-4",
            "  ./skerry purge --prefix www.example.org/static/ --soft",
            "  ./skerry purge --admin http://127.0.0.1:9081 --everything",
        })
public final class PurgeCommand implements Callable<Integer> {
    private static final int PENDING = 3;
    private static final int ACCEPTED = 202;

    @Spec private CommandSpec spec;

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

    @Option(names = "--everything", description = "All that is stored of the site.")
    private boolean everything;

    @Option(
            names = "--soft",
            description =
                    "Make it stale rather than dead: it is revalidated, or served stale while that"
                            + " is allowed.")
    private boolean soft;

    @Option(
            names = "--site",
            paramLabel = "NAME",
            description = "Whose responses. Can be left out when there is one site.")
    private @Nullable String site;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationOption.class,
            description =
                    "How long to wait for the acknowledgements, 0s to 60s. Default: 10s; of a node"
                            + " that stands alone, 5s.")
    private @Nullable Duration wait;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description =
                    "Purge one node that follows no control plane, by its admin port:"
                            + " http://HOST:PORT, or HOST:PORT.")
    private @Nullable String admin;

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "Holds the bearer token of that node, where it was given one.")
    private @Nullable Path adminToken;

    @Mixin private ControlOptions control = new ControlOptions();

    /** Made by picocli. */
    public PurgeCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        String document = document();
        if (wait != null && wait.compareTo(PurgeReceipts.LONGEST_WAIT) > 0) {
            throw wrong("--wait is 60s at most; ask again with the same options, or for the id");
        }
        return admin == null ? ofTheFleet(document) : ofOneNode(admin, document);
    }

    private int ofTheFleet(String document) throws CommandFailed, InterruptedException {
        try (ControlClient client = control.connect()) {
            String name = site == null ? onlySite(client) : site;
            PurgeReceipts receipts = new PurgeReceipts(client, control.out(), control.json());
            boolean done =
                    receipts.purge(name, document, wait == null ? PurgeReceipts.USUAL_WAIT : wait);
            return done ? ExitCode.OK : PENDING;
        }
    }

    private static String onlySite(ControlClient client)
            throws CommandFailed, InterruptedException {
        List<String> sites = new ArrayList<>();
        for (JsonNode one : client.fetch(ControlRequest.get("/v1/sites")).json().path("sites")) {
            sites.add(Terminal.plain(one.path("site").asText()));
        }
        if (sites.size() == 1) {
            return sites.getFirst();
        }
        throw sites.isEmpty()
                ? CommandFailed.because(client.base() + " has no site yet: ./skerry apply FILE")
                : CommandFailed.usedWrongly(
                        List.of("--site is missing: there are " + String.join(", ", sites)));
    }

    private int ofOneNode(String address, String document)
            throws CommandFailed, InterruptedException {
        URI base = ControlOptions.address(address, "--admin");
        String path =
                site == null ? "/v1/purges" : "/v1/sites/" + ControlRequest.part(site) + "/purges";
        ControlRequest request =
                ControlRequest.post(
                        wait == null ? path : path + "?wait=" + wait.toMillis() + "ms", document);
        BearerToken token =
                adminToken == null ? null : BearerToken.read(adminToken, "--admin-token-file");
        ControlAnswer answer;
        try (ControlClient node = ControlClient.ofNode(base, token)) {
            answer = node.ask(request.waiting(wait == null ? Duration.ZERO : wait));
        } catch (CommandFailed failed) {
            throw CommandFailed.because("--admin " + failed.messages().getFirst());
        }
        if (!answer.isSuccess()) {
            throw CommandFailed.because(
                    "--admin "
                            + base
                            + ": the node answered "
                            + answer.status()
                            + ": "
                            + String.join("\n", answer.problems()));
        }
        boolean done = answer.status() != ACCEPTED;
        PrintWriter out = control.out();
        out.println(
                control.json()
                        ? answer.text().strip()
                        : done ? "purged" : "pending: accepted, but not yet acknowledged");
        out.flush();
        return done ? ExitCode.OK : PENDING;
    }

    private String document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        if (everything) {
            document.put("everything", true);
        }
        addNames(document, "urls", urls);
        addNames(document, "tags", tags);
        addNames(document, "prefixes", prefixes);
        addNames(document, "hosts", hosts);
        if (document.isEmpty()) {
            throw wrong("purge what? Give --url, --tag, --prefix, --host or --everything");
        }
        if (everything && document.size() > 1) {
            throw wrong("--everything leaves nothing for --url, --tag, --prefix or --host");
        }
        if (soft) {
            document.put("soft", true);
        }
        return document.toString();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static void addNames(ObjectNode document, String name, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode names = document.putArray(name);
            values.forEach(names::add);
        }
    }
}
