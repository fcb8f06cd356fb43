package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes that came in one transaction.
 *
 * @param before the hash of the chain before the first
 * @param changes at least one, without a gap
 */
record Batch(String before, List<Change> changes) {
    private static final String SITE = "site";

    Batch {
        changes = List.copyOf(changes);
    }

    long last() {
        return changes.getLast().counter();
    }

    String text() {
        ObjectNode json = Json.object();
        json.put("first", changes.getFirst().counter()).put("before", before);
        ArrayNode list = json.putArray("changes");
        for (Change change : changes) {
            write(list.addObject(), change);
        }
        return json.toString();
    }

    static Batch read(String key, String text) throws IOException {
        JsonNode json = Json.read(key, text);
        long counter = json.path("first").asLong();
        List<Change> changes = new ArrayList<>();
        try {
            for (JsonNode each : json.path("changes")) {
                changes.add(change(each, counter++));
            }
        } catch (IllegalArgumentException e) {
            throw Packed.damaged(key, String.valueOf(e.getMessage()));
        }
        if (changes.isEmpty()) {
            throw Packed.damaged(key, "no changes");
        }
        return new Batch(json.path("before").asText(), changes);
    }

    private static void write(ObjectNode json, Change change) {
        json.put("at", change.acceptedAtMillis());
        switch (change) {
            case Change.Purged(PurgeRecord purge) ->
                    json.put("purge", purge.value())
                            .put(SITE, purge.site())
                            .put("scope", purge.scope().name())
                            .put("mode", purge.mode().name());
            case Change.SiteApplied applied ->
                    json.put("document", applied.document())
                            .put(SITE, applied.site())
                            .put("version", applied.version())
                            .put("created", applied.created());
            case Change.SiteDeleted deleted -> json.put(SITE, deleted.site());
            case Change.HistoryBegun begun -> json.put("begun", begun.reason());
        }
    }

    private static Change change(JsonNode json, long counter) {
        long at = json.path("at").asLong();
        String site = json.path(SITE).asText();
        if (json.has("purge")) {
            return new Change.Purged(
                    new PurgeRecord(
                            counter,
                            site,
                            Scope.valueOf(json.path("scope").asText()),
                            json.path("purge").asText(),
                            Mode.valueOf(json.path("mode").asText()),
                            at));
        }
        if (json.has("document")) {
            return new Change.SiteApplied(
                    counter,
                    site,
                    json.path("version").asLong(),
                    json.path("document").asText(),
                    json.path("created").asBoolean(),
                    at);
        }
        return json.has("begun")
                ? new Change.HistoryBegun(counter, json.path("begun").asText(), at)
                : new Change.SiteDeleted(counter, site, at);
    }
}
