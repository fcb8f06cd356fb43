package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.ControlAnswer;
import dev.skerry.cli.control.ControlClient;
import dev.skerry.cli.control.ControlRequest;
import dev.skerry.cli.control.Patience;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.control.Words;
import dev.skerry.cli.message.CommandFailed;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Hands in a purge, and prints each node's receipt when it comes. */
final class PurgeReceipts {
    /** How long it waits when nobody says. */
    static final Duration USUAL_WAIT = Duration.ofSeconds(10);

    /** The longest wait. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final int FORBIDDEN = 403;

    private final ControlClient client;
    private final PrintWriter out;
    private final boolean json;
    private final Map<String, String> printed = new HashMap<>();

    PurgeReceipts(ControlClient client, PrintWriter out, boolean json) {
        this.client = client;
        this.out = out;
        this.json = json;
    }

    /**
     * Purges.
     *
     * @return whether every node has acknowledged it
     */
    boolean purge(String site, PurgeCall call, Duration wait)
            throws CommandFailed, InterruptedException {
        ControlAnswer answer = PurgeCommand.accepted(client, call.answer(Duration.ZERO));
        Patience patience = new Patience(wait);
        JsonNode receipt = answer.json();
        String id = receipt.path("id").asText();
        if (!json) {
            say(
                    "purge "
                            + id
                            + " of "
                            + site
                            + ", revision "
                            + Words.revision(receipt.path("revision").asText()));
            if (receipt.has("paced")) {
                say("  paced on " + Words.count(receipt.path("paced").asInt(), "node"));
            }
            printNodes(receipt);
        }
        while (!isDone(receipt) && patience.pause()) {
            ControlAnswer later =
                    client.ask(ControlRequest.get("/v1/purges/" + ControlRequest.part(id)));
            if (later.status() == FORBIDDEN) {
                say("this token may not read receipts");
                break;
            }
            if (!later.isSuccess()) {
                throw client.refused(later);
            }
            answer = later;
            receipt = later.json();
            if (!json) {
                printNodes(receipt);
            }
        }
        if (json) {
            say(answer.text().strip());
        } else {
            printEnd(receipt);
        }
        return isDone(receipt);
    }

    private static boolean isDone(JsonNode receipt) {
        return receipt.path("state").asText().equals("done");
    }

    /** A node is printed when it is no longer pending, and again when it came back. */
    private void printNodes(JsonNode receipt) {
        for (JsonNode node : receipt.path("nodes")) {
            String name = node.path("name").asText();
            String state = node.path("state").asText();
            if (!state.equals("pending") && !state.equals(printed.put(name, state))) {
                String what =
                        state.equals("acked")
                                ? "acknowledged after " + node.path("millis").asLong() + " ms"
                                : state + ": silent for too long; it stays pending";
                say("  " + node.path("role").asText() + " " + name + ": " + what);
            }
        }
    }

    /** Who has not acknowledged it, and whether they are lost. */
    static List<String> missing(JsonNode receipt) {
        List<String> missing = new ArrayList<>();
        for (JsonNode node : receipt.path("nodes")) {
            String state = node.path("state").asText();
            if (!state.equals("acked")) {
                missing.add(
                        node.path("name").asText() + (state.equals("pending") ? "" : " (lost)"));
            }
        }
        return missing;
    }

    private void printEnd(JsonNode receipt) {
        long slowest = 0;
        for (JsonNode node : receipt.path("nodes")) {
            slowest = Math.max(slowest, node.path("millis").asLong());
        }
        int nodes = receipt.path("nodes").size();
        if (!isDone(receipt)) {
            say("pending: not acknowledged by " + String.join(", ", missing(receipt)));
        } else if (nodes == 0) {
            say("done: there is no node that could have something stored");
        } else {
            say("done: " + Words.count(nodes, "node") + ", the last after " + slowest + " ms");
        }
    }

    private void say(String line) {
        out.println(json ? line : Terminal.plain(line));
        out.flush();
    }
}
