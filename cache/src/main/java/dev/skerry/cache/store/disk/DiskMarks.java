package dev.skerry.cache.store.disk;

import java.io.IOException;

/**
 * The marks that a node's disks carry, kept with its ledgers. A disk with a mark that is not
 * trusted may hold what was purged, replaced or removed since it was last used: it is emptied.
 */
public interface DiskMarks {
    /** Whether a disk with this mark has missed nothing. */
    boolean trusts(String mark);

    /**
     * Draws another mark and trusts it from now on, beside those before; durable on return.
     *
     * @return at most {@link dev.skerry.cache.store.disk.device.Superblock#MAX_LINEAGE} characters,
     *     none of them a control or a space
     */
    String begin() throws IOException;

    /** Every disk that is whole carries the last mark: no other is trusted. Durable on return. */
    void settle() throws IOException;
}
