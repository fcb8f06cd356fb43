package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.control.Words;
import java.util.ArrayList;
import java.util.List;

/** Nodes as a table: what they are, and how far they have come. */
final class NodeTable {
    private NodeTable() {}

    /** Of a document with {@code nodes}. */
    static List<String> of(JsonNode document) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NODE", "ROLE", "POP", "STATE", "REVISION", "BEHIND", "VIA"));
        for (JsonNode node : document.path("nodes")) {
            rows.add(
                    List.of(
                            node.path("name").asText(),
                            node.path("role").asText(),
                            node.path("pop").asText("-"),
                            node.path("state").asText()
                                    + (node.path("connected").asBoolean() ? "" : ", away"),
                            Words.revision(node.path("revision").asText("-")),
                            node.path("behind").asText("?"),
                            node.path("via").asText("-")));
        }
        return rows.size() == 1 ? List.of("no node yet") : Terminal.table(rows);
    }
}
