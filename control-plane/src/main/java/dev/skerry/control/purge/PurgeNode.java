package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A node that purges are applied to. */
public interface PurgeNode {
    /** Its name. */
    String name();

    /** {@code edge} or {@code shield}. */
    String role();

    /**
     * Applies records, whose revisions ascend from call to call. They work when this returns.
     *
     * @return completes when the node acknowledges them: they will work after a restart too
     */
    CompletionStage<?> apply(List<PurgeRecord> records);
}
