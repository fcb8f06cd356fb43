package dev.skerry.config.protocol;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import org.jspecify.annotations.Nullable;

/** One change in the one order. */
public sealed interface Change {
    /** Its counter, from 1. */
    long counter();

    /** Wall time of acceptance, for people; no rule depends on it. */
    long acceptedAtMillis();

    /** What it purges; null when it purges nothing. */
    @Nullable PurgeRecord purge();

    /** A purge. */
    record Purged(PurgeRecord purge) implements Change {
        @Override
        public long counter() {
            return purge.revision();
        }

        @Override
        public long acceptedAtMillis() {
            return purge.acceptedAtMillis();
        }
    }

    /**
     * A site has this document from now on.
     *
     * @param version counts the site's documents from 1, also over a deletion
     * @param created whether there was no such site; then it purges everything of that name
     *     (PURGE.md rule 18)
     */
    record SiteApplied(
            long counter,
            String site,
            long version,
            String document,
            boolean created,
            long acceptedAtMillis)
            implements Change {
        @Override
        public @Nullable PurgeRecord purge() {
            return created ? everything(counter, site, acceptedAtMillis) : null;
        }
    }

    /** There is no such site from now on; purges everything of that name (PURGE.md rule 18). */
    record SiteDeleted(long counter, String site, long acceptedAtMillis) implements Change {
        @Override
        public PurgeRecord purge() {
            return everything(counter, site, acceptedAtMillis);
        }
    }

    /**
     * Everything of every site is purged: what a history begins with that does not continue another
     * (PURGE.md rule 17).
     */
    record HistoryBegun(long counter, String reason, long acceptedAtMillis) implements Change {
        /** Null: no single site; {@link Snapshot#floor} and nodes treat it by itself. */
        @Override
        public @Nullable PurgeRecord purge() {
            return null;
        }
    }

    private static PurgeRecord everything(long counter, String site, long acceptedAtMillis) {
        return new PurgeRecord(counter, site, Scope.EVERYTHING, "", Mode.HARD, acceptedAtMillis);
    }
}
