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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which nodes have taken a site's newest document, told as they do. */
final class SiteNodes {
    private final ControlClient client;
    private final PrintWriter out;
    private final boolean json;

    SiteNodes(ControlClient client, PrintWriter out, boolean json) {
        this.client = client;
        this.out = out;
        this.json = json;
    }

    /**
     * Waits for all nodes and all of the sites.
     *
     * @return whether every node has taken every document; not when one cannot, or time is up
     */
    boolean await(List<String> sites, Duration wait) throws CommandFailed, InterruptedException {
        boolean all = true;
        Patience patience = new Patience(wait);
        for (String site : sites) {
            all &= await(site, patience);
        }
        return all;
    }

    private boolean await(String site, Patience patience)
            throws CommandFailed, InterruptedException {
        Set<String> printed = new HashSet<>();
        while (true) {
            ControlAnswer answer =
                    client.fetch(
                            ControlRequest.get(
                                    "/v1/sites/" + ControlRequest.part(site) + "/nodes"));
            JsonNode nodes = answer.json().path("nodes");
            List<String> behind = new ArrayList<>();
            boolean stuck = false;
            for (JsonNode node : nodes) {
                String name = node.path("name").asText();
                boolean applied = node.path("applied").asBoolean();
                boolean unable = node.has("problem");
                stuck |= unable;
                if (!applied) {
                    behind.add(name);
                }
                if ((applied || unable) && printed.add(name) && !json) {
                    say("  " + node.path("role").asText() + " " + name + ": " + news(node));
                }
            }
            boolean done = behind.isEmpty();
            if (done || stuck || !patience.pause()) {
                say(json ? answer.text().strip() : end(site, nodes.size(), behind));
                return done;
            }
        }
    }

    private static String news(JsonNode node) {
        return node.has("problem") ? "cannot take it: " + node.path("problem").asText() : "has it";
    }

    private static String end(String site, int nodes, List<String> behind) {
        if (!behind.isEmpty()) {
            return site + ": not on " + String.join(", ", behind);
        }
        return nodes == 0
                ? site + ": there is no node yet"
                : site
                        + ": on "
                        + (nodes == 1 ? "the only node" : "all " + Words.count(nodes, "node"));
    }

    private void say(String line) {
        out.println(json ? line : Terminal.plain(line));
        out.flush();
    }
}
