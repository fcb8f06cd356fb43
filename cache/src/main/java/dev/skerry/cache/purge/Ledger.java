package dev.skerry.cache.purge;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which revision killed what, on this node, for all its sites. It keeps the latest hard and the
 * latest soft revision of each purged name (rule 8), and never moves back (rule 13). Reading takes
 * no lock; writing is serialised here.
 *
 * <p>It holds a bounded number of records. At the bound the site that has the most gives up its
 * oldest, which become floors: everything of that site born before a floor counts as purged. So a
 * site that purges much costs only itself some misses.
 */
public final class Ledger {
    private final int mostRecords;
    private final ConcurrentHashMap<Long, SiteLedger> sites = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private volatile long applied;
    private volatile long commonFloor;
    private int records;

    /**
     * An empty ledger.
     *
     * @param mostRecords 1 to 2^26. A hard record takes 21 to 43 bytes, a soft one 53 to 107.
     */
    public Ledger(int mostRecords) {
        if (mostRecords < 1 || mostRecords > 1 << 26) {
            throw new IllegalArgumentException("records: 1 to 2^26, not " + mostRecords);
        }
        this.mostRecords = mostRecords;
    }

    /**
     * The revision up to which everything has been taken in. A reader takes it <i>before</i> it
     * judges, or starts a fetch (rules 1, 2, 12).
     */
    public long applied() {
        return applied;
    }

    /** The part of one site, the same object for the same name always. */
    public SiteLedger site(String name) {
        return site(PurgeScopes.site(name));
    }

    /**
     * Takes a record in and then publishes its revision (rule 12). One whose revision is not above
     * {@link #applied} is known already and changes nothing.
     *
     * @return whether it was new
     */
    public boolean apply(KeyedPurge purge) {
        synchronized (lock) {
            if (purge.revision() <= applied) {
                return false;
            }
            take(purge);
            applied = purge.revision();
            return true;
        }
    }

    /** Applies records in order. */
    public void applyAll(List<KeyedPurge> purges) {
        synchronized (lock) {
            purges.forEach(this::apply);
        }
    }

    /** Publishes a revision that purges nothing. */
    public void advance(long revision) {
        synchronized (lock) {
            applied = Math.max(applied, revision);
        }
    }

    /**
     * Takes in all that counts at a revision, and then publishes it. What is known already stays:
     * the ledger never moves back (rule 13).
     *
     * @param floor everything born below is dead, on every site known or not
     * @param purges of any order
     */
    public void adopt(long floor, List<KeyedPurge> purges, long revision) {
        synchronized (lock) {
            raiseCommonFloor(floor);
            purges.forEach(this::take);
            applied = Math.max(applied, revision);
        }
    }

    /** Declares dead, on every site known or not, what was born before the revision. */
    public void raiseFloor(long revision) {
        synchronized (lock) {
            raiseCommonFloor(revision);
            applied = Math.max(applied, revision);
        }
    }

    /** The number of records held. */
    public int records() {
        synchronized (lock) {
            return records;
        }
    }

    /** Takes in what another ledger's {@link #save} wrote; publishes nothing. */
    LedgerWriter restorer() {
        return new Restorer();
    }

    /**
     * Writes everything that is needed to restore a ledger that has applied what {@link #applied}
     * said before the call. Later records may be among it or not.
     */
    void save(LedgerWriter writer) {
        writer.commonFloor(commonFloor);
        for (SiteLedger site : sites.values()) {
            site.save(writer);
        }
    }

    private SiteLedger site(long id) {
        SiteLedger known = sites.get(id);
        if (known != null) {
            return known;
        }
        synchronized (lock) {
            return sites.computeIfAbsent(id, absent -> new SiteLedger(absent, commonFloor));
        }
    }

    private void raiseCommonFloor(long revision) {
        commonFloor = Math.max(commonFloor, revision);
        for (SiteLedger site : sites.values()) {
            int before = site.size();
            site.raiseHardFloor(revision);
            records += site.size() - before;
        }
    }

    private void take(KeyedPurge purge) {
        SiteLedger site = site(purge.site());
        int before = site.size();
        site.record(purge);
        records += site.size() - before;
        while (records > mostRecords) {
            SiteLedger largest =
                    sites.values().stream()
                            .max(Comparator.comparingInt(SiteLedger::size))
                            .orElse(site);
            int size = largest.size();
            largest.foldOldest();
            records += largest.size() - size;
        }
    }

    private final class Restorer implements LedgerWriter {
        @Override
        public void commonFloor(long revision) {
            synchronized (lock) {
                raiseCommonFloor(revision);
            }
        }

        @Override
        public void floor(long site, Mode mode, long revision, long acceptedMillis) {
            if (revision > 0) {
                synchronized (lock) {
                    switch (mode) {
                        case HARD -> site(site).raiseHardFloor(revision);
                        case SOFT -> site(site).raiseSoftFloor(revision, acceptedMillis);
                    }
                }
            }
        }

        @Override
        public void record(KeyedPurge purge) {
            synchronized (lock) {
                take(purge);
            }
        }
    }
}
