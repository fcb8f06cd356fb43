package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How far changes have been merged into the rows of the ledger.
 *
 * @param upTo the counter of the last change that all rows know
 * @param modified etcd's revision of the key, 0 when there is none yet
 */
record Merged(String history, long upTo, long modified) {
    /**
     * What was found, for a history: of another one nothing is merged.
     *
     * @param found the key, null when there is none
     */
    static Merged of(@Nullable KeyValue found, String history) throws IOException {
        if (found == null) {
            return new Merged(history, 0, 0);
        }
        JsonNode json = Json.read(found.key(), new String(found.value(), StandardCharsets.UTF_8));
        return json.path("history").asText().equals(history)
                ? new Merged(history, json.path("upTo").asLong(), found.modified())
                : new Merged(history, 0, found.modified());
    }

    byte[] value() throws IOException {
        return Json.bytes(Json.object().put("history", history).put("upTo", upTo));
    }
}
