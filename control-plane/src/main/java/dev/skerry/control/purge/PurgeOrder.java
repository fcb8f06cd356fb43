package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.List;

/**
 * A purge that somebody wants carried out.
 *
 * @param targets 1 to {@link PurgeDocument#MOST_TARGETS}, each once
 * @param caller who wants it, for the audit trail
 * @param what method and path template of the request, for the audit trail
 */
public record PurgeOrder(
        String site, List<PurgeTarget> targets, Mode mode, String caller, String what) {
    /** A purge that came by the API's own call. */
    public PurgeOrder(String site, List<PurgeTarget> targets, Mode mode, String caller) {
        this(site, targets, mode, caller, "POST /v1/sites/{site}/purges");
    }

    /** Copies the targets. */
    public PurgeOrder {
        targets = List.copyOf(targets);
    }
}
