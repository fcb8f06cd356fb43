package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cli.control.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** An explanation as text, in the order in which a request meets what it tells of. */
final class ExplainPage {
    private final List<String> lines = new ArrayList<>();

    private ExplainPage() {}

    /** Of the document of a control plane. */
    static List<String> ofTheFleet(JsonNode document) {
        ExplainPage page = new ExplainPage();
        page.line(0, text(document, "url") + " for a client at " + text(document, "ip"));
        JsonNode router = document.path("router");
        if (router.isObject()) {
            page.router(router);
        }
        document.path("nodes").forEach(page::node);
        page.line(0, "");
        page.line(0, "what would happen");
        document.path("verdict").forEach(line -> page.line(1, line.asText()));
        return page.lines;
    }

    /** Of the document of one node. */
    static List<String> ofOneNode(JsonNode document) {
        ExplainPage page = new ExplainPage();
        page.line(0, text(document, "url"));
        page.line(0, "");
        page.line(0, text(document, "role") + " " + text(document, "node"));
        page.answer(document);
        return page.lines;
    }

    private void router(JsonNode router) {
        line(0, "");
        line(0, "router");
        line(1, text(router, "words"));
        for (JsonNode candidate : router.path("candidates")) {
            long kilometres = candidate.path("kilometres").asLong(-1);
            line(
                    2,
                    text(candidate, "node")
                            + (candidate.path("location").isTextual()
                                    ? ", " + text(candidate, "location")
                                    : "")
                            + (kilometres < 0 ? "" : ", " + kilometres + " km")
                            + ": "
                            + text(candidate, "url"));
        }
    }

    private void node(JsonNode node) {
        line(0, "");
        line(
                0,
                text(node, "role")
                        + " "
                        + text(node, "node")
                        + (node.path("pop").isTextual() ? ", " + text(node, "pop") : "")
                        + (node.path("chosen").asBoolean() ? ", where the router sends it" : ""));
        JsonNode answer = node.path("answer");
        if (answer.isObject()) {
            answer(answer);
        } else {
            line(1, "no answer: " + text(node, "problem"));
        }
    }

    private void answer(JsonNode answer) {
        if (answer.has("problem")) {
            line(1, "no answer: " + text(answer, "problem"));
            return;
        }
        if (answer.has("site")) {
            line(1, "site " + text(answer, "site") + ", " + text(answer.path("rule"), "words"));
        }
        JsonNode key = answer.path("key");
        if (key.isObject()) {
            line(
                    1,
                    "key "
                            + text(key, "scheme")
                            + " "
                            + text(key, "host")
                            + text(key, "target")
                            + " ("
                            + text(key, "hash")
                            + ")");
            line(1, "purges applied up to " + text(answer, "applied"));
            answer.path("stored").forEach(this::stored);
            if (answer.path("stored").isEmpty()) {
                line(1, "nothing stored");
            }
        }
        notes(answer);
        line(
                1,
                "=> "
                        + text(answer.path("next"), "word")
                        + ": "
                        + text(answer.path("next"), "words"));
    }

    private void stored(JsonNode stored) {
        line(
                1,
                "stored "
                        + stored.path("status").asInt()
                        + ", "
                        + stored.path("bytes").asLong()
                        + " bytes"
                        + (stored.path("matches").asBoolean() ? "" : ", for another request:"));
        if (!stored.path("parts").isEmpty()) {
            line(2, "only these bytes: " + joined(stored.path("parts"), ", "));
        }
        selecting(stored);
        line(2, text(stored.path("freshness"), "words"));
        if (!stored.path("tags").isEmpty()) {
            line(2, "tags " + joined(stored.path("tags"), " "));
        }
        line(2, "born at " + text(stored, "bornAt") + ": " + text(stored.path("purge"), "words"));
        for (JsonNode record : stored.path("purge").path("records")) {
            line(
                    3,
                    text(record, "mode")
                            + " purge of "
                            + text(record, "what")
                            + " at "
                            + text(record, "revision")
                            + (record.path("applies").asBoolean() ? ", after it" : ", before it"));
        }
    }

    private void selecting(JsonNode stored) {
        for (JsonNode name : stored.path("vary")) {
            JsonNode value = stored.path("selecting").path(name.asText());
            line(2, "varies by " + name.asText() + ": " + value.asText("absent"));
        }
    }

    private void notes(JsonNode answer) {
        if (answer.path("hitForMiss").asBoolean()) {
            line(1, "a response for this key could not be shared a moment ago");
        }
        if (answer.path("failing").asBoolean()) {
            line(1, "upstream failed for this key a moment ago");
        }
        if (answer.path("fetchesUnderWay").asInt() > 0) {
            line(1, answer.path("fetchesUnderWay").asInt() + " fetches under way");
        }
    }

    private static String joined(JsonNode list, String by) {
        return String.join(
                by, StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList());
    }

    private static String text(JsonNode object, String name) {
        return object.path(name).asText("?");
    }

    private void line(int depth, String text) {
        lines.add(("  ".repeat(depth) + Terminal.plain(text)).stripTrailing());
    }
}
