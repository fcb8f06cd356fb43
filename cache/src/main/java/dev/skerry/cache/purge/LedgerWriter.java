package dev.skerry.cache.purge;

import dev.skerry.config.protocol.PurgeRecord.Mode;

/** Takes down what a ledger holds, so that another can be restored from it. */
interface LedgerWriter {
    /** A hard floor of all sites, those that come later included; 0 says nothing. */
    void commonFloor(long revision);

    /** A floor of one kind; a revision of 0 says nothing. */
    void floor(long site, Mode mode, long revision, long acceptedMillis);

    /** A record. Of one soft key the earlier comes first. */
    void record(KeyedPurge purge);
}
