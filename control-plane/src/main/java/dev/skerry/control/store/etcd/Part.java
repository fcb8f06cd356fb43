package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one piece of work adds to a transaction.
 *
 * @param answer for whoever waits for it
 * @param at where the order stands then
 * @param anew whether a new history begins with it; then it is alone in its transaction
 * @param records by name; null deletes
 */
record Part<T>(
        T answer,
        List<Change> changes,
        Position at,
        boolean anew,
        Map<String, @Nullable String> records,
        Map<String, SiteRow> sites) {
    /** About how many characters it has. */
    int size() {
        int size = 0;
        for (Change change : changes) {
            size +=
                    200
                            + switch (change) {
                                case Change.Purged purged ->
                                        purged.purge().site().length()
                                                + purged.purge().value().length();
                                case Change.SiteApplied applied -> applied.document().length();
                                case Change.SiteDeleted deleted -> deleted.site().length();
                                case Change.HistoryBegun begun -> begun.reason().length();
                            };
        }
        for (Map.Entry<String, @Nullable String> each : records.entrySet()) {
            String value = each.getValue();
            size += each.getKey().length() + (value == null ? 0 : value.length());
        }
        return size;
    }
}
