package dev.skerry.control.purge;

import dev.skerry.config.protocol.Change;
import dev.skerry.control.store.ControlStore;
import java.util.List;

/** What is recorded of a purge beside its changes, in the same transaction. */
@FunctionalInterface
public interface PurgeAudit {
    /** The records of a purge that became these changes. */
    List<ControlStore.Entry> records(PurgeOrder order, List<Change> changes);
}
