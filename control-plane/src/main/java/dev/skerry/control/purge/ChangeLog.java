package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.io.IOException;
import java.util.List;

/** Puts changes in the one order. */
public interface ChangeLog {
    /**
     * Gives each target the next revision, in order.
     *
     * @return one record a target, with ascending revisions above all given before
     * @throws IOException when the log cannot take them; then none was taken
     */
    List<PurgeRecord> append(String site, List<PurgeTarget> targets, Mode mode) throws IOException;
}
