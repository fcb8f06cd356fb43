package dev.skerry.config.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import dev.skerry.config.protocol.StreamEvent.SentPurge;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text of what control plane and nodes say to each other: a {@link StreamEvent} is the name of
 * a server-sent event and one line of JSON, a {@link NodeReport} is JSON, a {@link NodeHello} is a
 * query or JSON.
 *
 * <p>Readers pass over events and members that they do not know, so that either side may be newer.
 * Kinds of change are another matter: a node that left one out would hold another ledger than it
 * says, so an unknown kind is malformed.
 */
public final class StreamCodec {
    /** The most characters of one event's JSON, and the most bytes of a report or hello. */
    public static final int MOST_CHARS = 4 << 20;

    private StreamCodec() {}

    /**
     * An event as it is sent.
     *
     * @param name of the server-sent event
     * @param json one line
     */
    public record Encoded(String name, String json) {}

    /** Writes an event. */
    public static Encoded encode(StreamEvent event) {
        ObjectNode json = object();
        return switch (event) {
            case StreamEvent.Welcome(String session, Position head) -> {
                json.put("session", session).set("head", write(head));
                yield encoded("welcome", json);
            }
            case StreamEvent.SnapshotBegin(Position at, long floor) -> {
                json.put("floor", floor).set("at", write(at));
                yield encoded("snapshot", json);
            }
            case StreamEvent.SnapshotPart(List<SentPurge> purges, List<SiteDocument> sites) -> {
                ArrayNode purgeList = json.putArray("purges");
                purges.forEach(sent -> ChangeText.write(purgeList.addObject(), sent));
                ArrayNode siteList = json.putArray("sites");
                sites.forEach(site -> ChangeText.write(siteList.addObject(), site));
                yield encoded("part", json);
            }
            case StreamEvent.SnapshotEnd(long purges, long sites) ->
                    encoded("end", json.put("purges", purges).put("sites", sites));
            case StreamEvent.Changes(List<SentChange> changes, Position after) -> {
                ArrayNode list = json.putArray("changes");
                changes.forEach(sent -> ChangeText.write(list.addObject(), sent));
                json.set("after", write(after));
                yield encoded("changes", json);
            }
            case StreamEvent.Beat(Position head, long echo, long leaseMillis) -> {
                json.put("echo", echo).put("lease", leaseMillis).set("head", write(head));
                yield encoded("beat", json);
            }
            case StreamEvent.Ask(String id, String node, String question) ->
                    encoded("ask", json.put("id", id).put("node", node).put("question", question));
            case StreamEvent.Refused(String reason) ->
                    encoded("refused", json.put("reason", reason));
        };
    }

    /**
     * Reads an event.
     *
     * @return null when there is no event of that name in this version: go on with the next
     * @throws MalformedMessage when it is known and wrong: the stream cannot be followed
     */
    public static @Nullable StreamEvent decode(String name, String json) throws MalformedMessage {
        return switch (name) {
            case "welcome" -> {
                MessageReader in = MessageReader.of(name, json);
                yield new StreamEvent.Welcome(in.text("session"), in.position("head"));
            }
            case "snapshot" -> {
                MessageReader in = MessageReader.of(name, json);
                yield new StreamEvent.SnapshotBegin(in.position("at"), in.number("floor", 0));
            }
            case "part" -> {
                MessageReader in = MessageReader.of(name, json);
                yield new StreamEvent.SnapshotPart(
                        in.list("purges", ChangeText::readSentPurge),
                        in.list("sites", ChangeText::readSite));
            }
            case "end" -> {
                MessageReader in = MessageReader.of(name, json);
                yield new StreamEvent.SnapshotEnd(
                        in.numberOrNone("purges"), in.numberOrNone("sites"));
            }
            case "changes" -> {
                MessageReader in = MessageReader.of(name, json);
                yield new StreamEvent.Changes(
                        in.list("changes", ChangeText::readSentChange), in.position("after"));
            }
            case "beat" -> {
                MessageReader in = MessageReader.of(name, json);
                yield new StreamEvent.Beat(
                        in.position("head"), in.number("echo", -1), in.numberOrZero("lease"));
            }
            case "ask" -> {
                MessageReader in = MessageReader.of(name, json);
                yield new StreamEvent.Ask(in.text("id"), in.text("node"), in.text("question"));
            }
            case "refused" -> new StreamEvent.Refused(MessageReader.of(name, json).text("reason"));
            default -> null;
        };
    }

    /** Writes a report as JSON; problems past the hundredth, and their long words, are left out. */
    public static String writeReport(NodeReport report) {
        return NodeText.write(report).toString();
    }

    /** Reads a report. */
    public static NodeReport readReport(byte[] json) throws MalformedMessage {
        return NodeText.readReport(MessageReader.of("report", json));
    }

    /** Writes a hello as JSON, as a relay announces a node. */
    public static String writeHello(NodeHello hello) {
        ObjectNode json = object();
        NodeText.parameters(hello).forEach(json::put);
        return json.toString();
    }

    /** Reads what {@link #writeHello} writes. */
    public static NodeHello readHello(byte[] json) throws MalformedMessage {
        MessageReader in = MessageReader.of("hello", json);
        return NodeText.readHello(in::optionalText);
    }

    /** Writes a hello as the query of {@code /v1/watch}, without the question mark. */
    public static String writeQuery(NodeHello hello) {
        return NodeText.query(hello);
    }

    /**
     * Reads a hello from a query.
     *
     * @param query percent-decoded
     */
    public static NodeHello readQuery(Map<String, String> query) throws MalformedMessage {
        return NodeText.readHello(query::get);
    }

    /** An enum's word as it is sent. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static ObjectNode object() {
        return MessageReader.JSON.createObjectNode();
    }

    static ObjectNode write(Position position) {
        return object().put("revision", position.revision().toString())
                .put("hash", position.hash());
    }

    private static Encoded encoded(String name, ObjectNode json) {
        return new Encoded(name, json.toString());
    }
}
