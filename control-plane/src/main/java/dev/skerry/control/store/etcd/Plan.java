package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one transaction will write over a head, as far as it has been planned. */
final class Plan {
    /** Beside the records and sites: head, batch, writer, and pieces of what is large. */
    private static final int OVERHEAD = 24;

    /** About how many characters one transaction takes of several; one alone may be larger. */
    private static final int MOST_SIZE = 512 * 1024;

    private final Head head;
    private final Sites known;
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, @Nullable String> records = new LinkedHashMap<>();
    private final Map<String, SiteRow> sites = new LinkedHashMap<>();
    private Position at;
    private boolean anew;
    private int size;

    Plan(Head head, Sites known) {
        this.head = head;
        this.known = known;
        this.at = head.at();
    }

    /** The sites as they are in etcd. */
    @FunctionalInterface
    interface Sites {
        /** The row of a site; null when there never was one. */
        @Nullable SiteRow find(String site) throws IOException;
    }

    /** Where the order stands. */
    Position at() {
        return at;
    }

    /** The row of a site, as planned. */
    @Nullable SiteRow site(String site) throws IOException {
        SiteRow planned = sites.get(site);
        return planned == null ? known.find(site) : planned;
    }

    boolean isEmpty() {
        return changes.isEmpty() && records.isEmpty();
    }

    /** Whether it has room for a part; the first always fits that can fit at all. */
    boolean takes(Part<?> part) {
        if (isEmpty()) {
            return true;
        }
        return !anew
                && !part.anew()
                && fits(records.size() + part.records().size() + sites.size() + part.sites().size())
                && size + part.size() <= MOST_SIZE;
    }

    /** Whether a transaction may have so many keys beside those that every one has. */
    static boolean fits(int keys) {
        return keys + OVERHEAD <= Txn.MOST_OPERATIONS;
    }

    void add(Part<?> part) {
        changes.addAll(part.changes());
        records.putAll(part.records());
        sites.putAll(part.sites());
        at = part.at();
        anew |= part.anew();
        size += part.size();
    }

    /** Whether the order goes on. */
    boolean moves() {
        return !changes.isEmpty();
    }

    /**
     * The head then.
     *
     * @param kept the newest changes that are given out
     */
    Head next(int kept, int rows) {
        long first = anew ? 1 : Math.max(head.first(), at.counter() - kept + 1);
        return new Head(at, anew ? 1 : head.floor(), first, rows, 0);
    }

    /** The changes; there must be some. */
    Batch batch() {
        String before = anew ? ChainHash.start(at.history()) : head.at().hash();
        return new Batch(before, changes);
    }

    Map<String, @Nullable String> records() {
        return records;
    }

    Map<String, SiteRow> sites() {
        return sites;
    }

    Head head() {
        return head;
    }
}
