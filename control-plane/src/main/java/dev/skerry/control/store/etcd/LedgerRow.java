package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.io.IOException;
import java.util.List;

/**
 * A row of the ledger. A soft one also holds the one before, with the earliest acceptance of all
 * before: what was born below that has been stale for longer (PURGE.md rule 18).
 *
 * @param earlier the revision of the soft purge before; 0 when there was none
 * @param earlierAccepted the earliest acceptance of all before; meaningless when there was none
 */
record LedgerRow(PurgeRecord latest, long earlier, long earlierAccepted) {
    /** With one more soft purge of the same name. */
    LedgerRow with(PurgeRecord purge) {
        boolean later = purge.revision() > latest.revision();
        PurgeRecord older = later ? latest : purge;
        return new LedgerRow(
                later ? purge : latest,
                Math.max(earlier, older.revision()),
                earlier > 0
                        ? Math.min(earlierAccepted, older.acceptedAtMillis())
                        : older.acceptedAtMillis());
    }

    boolean canFold() {
        return latest.scope() != Scope.EVERYTHING;
    }

    long earliest() {
        return earlier > 0
                ? Math.min(earlierAccepted, latest.acceptedAtMillis())
                : latest.acceptedAtMillis();
    }

    void addTo(List<PurgeRecord> purges) {
        if (earlier > 0) {
            purges.add(of(latest, earlier, earlierAccepted));
        }
        purges.add(latest);
    }

    byte[] value() throws IOException {
        return Json.bytes(
                Json.object()
                        .put("revision", latest.revision())
                        .put("at", latest.acceptedAtMillis())
                        .put("earlier", earlier)
                        .put("earlierAt", earlierAccepted));
    }

    /**
     * A row as it was written.
     *
     * @param name a purge of its site, mode, scope and value
     */
    static LedgerRow read(PurgeRecord name, String key, String text) throws IOException {
        JsonNode json = Json.read(key, text);
        long revision = json.path("revision").asLong();
        if (revision < 1) {
            throw Packed.damaged(key, "no revision");
        }
        return new LedgerRow(
                of(name, revision, json.path("at").asLong()),
                json.path("earlier").asLong(),
                json.path("earlierAt").asLong());
    }

    private static PurgeRecord of(PurgeRecord name, long revision, long accepted) {
        return new PurgeRecord(
                revision, name.site(), name.scope(), name.value(), name.mode(), accepted);
    }
}
