package dev.skerry.control.sites;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.SiteVersions;
import dev.skerry.control.store.StoreLimits;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who applied, rolled back and deleted a site: records {@code site-log/SITE/0000000042} beside the
 * documents that the store keeps, as many as those; a deletion stands after the last version.
 */
final class SiteLog {
    private static final int MOST = 2 * StoreLimits.USUAL.versions() + 2;
    private static final String DELETED = ".deleted";

    private final ControlStore store;
    private final JsonMapper json = JsonMapper.builder().build();

    SiteLog(ControlStore store) {
        this.store = store;
    }

    /**
     * The records of a new version.
     *
     * @param rolledBackTo the version whose document it has again; null for a new document
     */
    List<Entry> applied(
            String history, Change.SiteApplied change, String who, @Nullable Long rolledBackTo) {
        ObjectNode line = line(history, change.version(), change, who);
        line.put("what", rolledBackTo == null ? "applied" : "rolled back");
        if (rolledBackTo != null) {
            line.put("of", rolledBackTo);
        }
        long gone = change.version() - StoreLimits.USUAL.versions();
        return List.of(
                new Entry(name(change.site(), change.version()), line.toString()),
                new Entry(name(change.site(), gone), null),
                new Entry(name(change.site(), gone) + DELETED, null));
    }

    /** The record of a deletion after a version. */
    List<Entry> deleted(String history, Change.SiteDeleted change, long version, String who) {
        ObjectNode line = line(history, version, change, who).put("what", "deleted");
        return List.of(new Entry(name(change.site(), version) + DELETED, line.toString()));
    }

    /** All lines, the newest first. */
    List<ObjectNode> lines(String site) throws IOException {
        List<ObjectNode> lines = new ArrayList<>();
        for (String line : store.list(prefix(site), null, MOST).values()) {
            if (json.readTree(line) instanceof ObjectNode read) {
                lines.addFirst(read);
            }
        }
        return lines;
    }

    /** Whose version it was. */
    Sites.Replaced replaced(String site, long version) throws IOException {
        String record = store.get(name(site, version));
        JsonNode line = record == null ? json.createObjectNode() : json.readTree(record);
        return new Sites.Replaced(version, line.path("who").asText(), line.path("when").asText());
    }

    /** The document of a version; null when it is not kept. */
    @Nullable String document(String site, long version) throws IOException {
        String record = store.get(SiteVersions.name(site, version));
        return record == null ? null : json.readTree(record).path("document").asText();
    }

    private ObjectNode line(String history, long version, Change change, String who) {
        return json.createObjectNode()
                .put("version", version)
                .put("revision", new Revision(history, change.counter()).toString())
                .put("when", Instant.ofEpochMilli(change.acceptedAtMillis()).toString())
                .put("who", who);
    }

    private static String prefix(String site) {
        return "site-log/" + site + "/";
    }

    private static String name(String site, long version) {
        return prefix(site) + String.format(Locale.ROOT, "%010d", version);
    }
}
