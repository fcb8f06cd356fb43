package dev.skerry.config.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import dev.skerry.config.protocol.StreamEvent.SentPurge;

/** Changes, purges and site documents as JSON objects. */
final class ChangeText {
    private ChangeText() {}

    static void write(ObjectNode json, SentPurge sent) {
        purge(json, sent.purge()).put("elapsed", sent.elapsedMillis());
    }

    static SentPurge readSentPurge(MessageReader in) throws MalformedMessage {
        return new SentPurge(readPurge(in), in.number("elapsed", 0));
    }

    static void write(ObjectNode json, SiteDocument site) {
        json.put("site", site.site())
                .put("version", site.version())
                .put("counter", site.counter())
                .put("document", site.document());
    }

    static SiteDocument readSite(MessageReader in) throws MalformedMessage {
        return new SiteDocument(
                in.text("site"),
                in.number("version", 1),
                in.number("counter", 0),
                in.text("document"));
    }

    static void write(ObjectNode json, SentChange sent) {
        switch (sent.change()) {
            case Change.Purged(PurgeRecord purge) -> purge(json.put("kind", "purge"), purge);
            case Change.SiteApplied applied ->
                    common(json.put("kind", "site"), applied)
                            .put("site", applied.site())
                            .put("version", applied.version())
                            .put("document", applied.document())
                            .put("created", applied.created());
            case Change.SiteDeleted deleted ->
                    common(json.put("kind", "site-deleted"), deleted).put("site", deleted.site());
            case Change.HistoryBegun begun ->
                    common(json.put("kind", "history"), begun).put("reason", begun.reason());
        }
        json.put("elapsed", sent.elapsedMillis());
    }

    static SentChange readSentChange(MessageReader in) throws MalformedMessage {
        String kind = in.text("kind");
        Change change =
                switch (kind) {
                    case "purge" -> new Change.Purged(readPurge(in));
                    case "site" ->
                            new Change.SiteApplied(
                                    counter(in),
                                    in.text("site"),
                                    in.number("version", 1),
                                    in.text("document"),
                                    in.flag("created"),
                                    acceptedAt(in));
                    case "site-deleted" ->
                            new Change.SiteDeleted(counter(in), in.text("site"), acceptedAt(in));
                    case "history" ->
                            new Change.HistoryBegun(counter(in), in.text("reason"), acceptedAt(in));
                    default -> throw in.wrong("kind", "is no kind of change that is known here");
                };
        return new SentChange(change, in.number("elapsed", 0));
    }

    private static ObjectNode purge(ObjectNode json, PurgeRecord purge) {
        return json.put("counter", purge.revision())
                .put("site", purge.site())
                .put("scope", StreamCodec.word(purge.scope()))
                .put("value", purge.value())
                .put("mode", StreamCodec.word(purge.mode()))
                .put("accepted", purge.acceptedAtMillis());
    }

    private static PurgeRecord readPurge(MessageReader in) throws MalformedMessage {
        return new PurgeRecord(
                counter(in),
                in.text("site"),
                in.word("scope", Scope.class),
                in.text("value"),
                in.word("mode", Mode.class),
                acceptedAt(in));
    }

    private static ObjectNode common(ObjectNode json, Change change) {
        return json.put("counter", change.counter()).put("accepted", change.acceptedAtMillis());
    }

    private static long counter(MessageReader in) throws MalformedMessage {
        return in.number("counter", 1);
    }

    private static long acceptedAt(MessageReader in) throws MalformedMessage {
        return in.number("accepted", Long.MIN_VALUE);
    }
}
