package dev.skerry.config.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.List;

/**
 * The question what of a node's responses a purge would hit: {@code
 * {"kind":"dry-run","site":…,"mode":"hard","windowMillis":2000,"enough":0,"purges":[{"scope":"tag","value":…}]}}.
 *
 * @param windowMillis for how long the node watches which of it is asked for, 0 to {@link
 *     #LONGEST_WINDOW_MILLIS}; 0 for not at all
 * @param enough 0 for all of it; else memory alone is counted, and no further than to so many
 * @param purges at least one
 */
public record DryRunQuestion(
        String site, Mode mode, long windowMillis, long enough, List<Named> purges) {
    /** What the question calls itself. */
    public static final String KIND = "dry-run";

    /** A node answers within five seconds. */
    public static final long LONGEST_WINDOW_MILLIS = 3000;

    /** Copies the purges. */
    public DryRunQuestion {
        purges = List.copyOf(purges);
    }

    /**
     * What would be purged.
     *
     * @param value as {@link PurgeRecord#value}
     */
    public record Named(Scope scope, String value) {}

    /** Whether a question is one of these. */
    public static boolean is(String json) {
        return json.startsWith("{\"kind\":\"" + KIND + "\"");
    }

    /**
     * Reads a question.
     *
     * @throws MalformedMessage when it is none
     */
    public static DryRunQuestion parse(String json) throws MalformedMessage {
        MessageReader in = MessageReader.of("question", json);
        if (!in.text("kind").equals(KIND)) {
            throw in.wrong("kind", "is not '" + KIND + "'");
        }
        List<Named> purges =
                in.list(
                        "purges",
                        purge -> new Named(purge.word("scope", Scope.class), purge.text("value")));
        long window = in.number("windowMillis", 0);
        if (window > LONGEST_WINDOW_MILLIS || purges.isEmpty()) {
            throw in.wrong("windowMillis", "is too long, or nothing is named");
        }
        return new DryRunQuestion(
                in.text("site"),
                in.word("mode", Mode.class),
                window,
                in.number("enough", 0),
                purges);
    }

    /** As it is sent; begins with its kind. */
    public String json() {
        ObjectNode json = StreamCodec.object();
        json.put("kind", KIND).put("site", site).put("mode", StreamCodec.word(mode));
        json.put("windowMillis", windowMillis).put("enough", enough);
        var list = json.putArray("purges");
        for (Named purge : purges) {
            list.addObject().put("scope", StreamCodec.word(purge.scope)).put("value", purge.value);
        }
        return json.toString();
    }
}
