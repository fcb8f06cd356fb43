package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Where the order stands: a key of our own, not etcd's revision (PURGE.md rule 17).
 *
 * @param at after the last change
 * @param floor what is born below this counter is dead
 * @param first the counter of the first change that is given out
 * @param rows how many names the ledger may hold, as whoever appended last was told
 * @param modified etcd's revision of the key, for comparing
 */
record Head(Position at, long floor, long first, int rows, long modified) {
    private static final int FORMAT = 1;

    static Head of(KeyValue found) throws IOException {
        String text = new String(found.value(), StandardCharsets.UTF_8);
        JsonNode json = Json.read(found.key(), text);
        if (json.path("format").asInt() > FORMAT) {
            throw new IOException(
                    "etcd key '"
                            + found.key()
                            + "' was written by a newer version, in format "
                            + json.path("format").asInt()
                            + "; this one knows "
                            + FORMAT);
        }
        Revision revision = Revision.parse(json.path("at").asText());
        if (revision == null || json.path("hash").asText().isEmpty()) {
            throw new IOException("etcd key '" + found.key() + "' is no head: " + text);
        }
        return new Head(
                new Position(revision, json.path("hash").asText()),
                json.path("floor").asLong(),
                json.path("first").asLong(),
                json.path("rows").asInt(),
                found.modified());
    }

    byte[] value() throws IOException {
        return Json.bytes(
                Json.object()
                        .put("format", FORMAT)
                        .put("at", at.revision().toString())
                        .put("hash", at.hash())
                        .put("floor", floor)
                        .put("first", first)
                        .put("rows", rows));
    }

    String history() {
        return at.history();
    }

    long counter() {
        return at.counter();
    }
}
