package dev.skerry.control.process;

import dev.skerry.config.protocol.Change;
import dev.skerry.control.access.AuditEntry;
import dev.skerry.control.access.AuditTrail;
import dev.skerry.control.purge.PurgeAudit;
import dev.skerry.control.purge.PurgeOrder;
import dev.skerry.control.store.ControlStore;
import java.util.List;
import java.util.Locale;

/** A line of the audit trail for each purge. */
record AuditedPurges(AuditTrail audit) implements PurgeAudit {
    @Override
    public List<ControlStore.Entry> records(PurgeOrder order, List<Change> changes) {
        String detail =
                "%s purge of %d, the first %s"
                        .formatted(
                                order.mode().name().toLowerCase(Locale.ROOT),
                                order.targets().size(),
                                order.targets().getFirst());
        return List.of(
                audit.record(
                        AuditEntry.done(
                                order.caller(),
                                order.what(),
                                order.site(),
                                changes.getLast().counter(),
                                detail)));
    }
}
