package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
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
            "  ./skerry purge --prefix www.example.org/static/ --soft --pace 50",
            "  ./skerry purge --everything --dry-run",
            "  ./skerry purge --admin http://127.0.0.1:9081 --everything",
        })
public final class PurgeCommand implements Callable<Integer> {
    private static final int PENDING = 3;
    private static final int ACCEPTED = 202;

    /** Nodes watch for a while what is asked for. */
    private static final Duration TO_FORECAST = Duration.ofSeconds(10);

    @Spec private CommandSpec spec;

    @Mixin private PurgeWish wish = new PurgeWish();

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
            names = "--idempotency-key",
            paramLabel = "KEY",
            description =
                    "Sent again with the same key, it is purged once, and answered with the first"
                            + " receipt.")
    private @Nullable String key;

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
        ObjectNode document = wish.document();
        if (wait != null && wait.compareTo(PurgeReceipts.LONGEST_WAIT) > 0) {
            throw wrong("--wait is 60s at most; ask again with the same options, or for the id");
        }
        return admin == null ? ofTheFleet(document) : ofOneNode(admin, document);
    }

    private int ofTheFleet(ObjectNode document) throws CommandFailed, InterruptedException {
        try (ControlClient client = control.connect()) {
            String name = site == null ? onlySite(client) : site;
            String path = "/v1/sites/" + ControlRequest.part(name) + "/purges?wait=0s";
            PurgeCall call = new PurgeCall(client, path, document, key);
            if (wish.isDryRun()) {
                return forecast(accepted(client, call.answer(TO_FORECAST)));
            }
            PurgeReceipts receipts = new PurgeReceipts(client, control.out(), control.json());
            boolean done =
                    receipts.purge(name, call, wait == null ? PurgeReceipts.USUAL_WAIT : wait);
            return done ? ExitCode.OK : PENDING;
        }
    }

    static ControlAnswer accepted(ControlClient client, ControlAnswer answer) throws CommandFailed {
        if (!answer.isSuccess()) {
            throw client.refused(answer);
        }
        return answer;
    }

    private int forecast(ControlAnswer answer) throws CommandFailed {
        PrintWriter out = control.out();
        if (control.json()) {
            out.println(answer.text().strip());
        } else {
            PurgeForecast.lines(answer.json()).forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
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

    private int ofOneNode(String address, ObjectNode document)
            throws CommandFailed, InterruptedException {
        URI base = ControlOptions.address(address, "--admin");
        String path =
                site == null ? "/v1/purges" : "/v1/sites/" + ControlRequest.part(site) + "/purges";
        String whole = wait == null ? path : path + "?wait=" + wait.toMillis() + "ms";
        BearerToken token =
                adminToken == null ? null : BearerToken.read(adminToken, "--admin-token-file");
        ControlAnswer answer;
        try (ControlClient node = ControlClient.ofNode(base, token)) {
            Duration patience = wish.isDryRun() ? TO_FORECAST : Duration.ZERO;
            answer =
                    new PurgeCall(node, whole, document, key)
                            .answer(wait == null ? patience : wait);
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
        if (wish.isDryRun()) {
            return forecast(answer);
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

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
