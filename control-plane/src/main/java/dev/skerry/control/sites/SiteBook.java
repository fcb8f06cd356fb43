package dev.skerry.control.sites;

import dev.skerry.config.HostPattern;
import dev.skerry.config.Site;
import dev.skerry.config.SiteTable;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.ControlStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sites as they are now, read once and followed change by change, so that no request reads a
 * snapshot with all its purges. Not thread-safe.
 */
final class SiteBook {
    private static final int PAGE = 1000;

    private final ControlStore store;
    private final TreeMap<String, Entry> sites = new TreeMap<>();
    private @Nullable Revision at;
    private long edition;
    private long tableEdition = -1;
    private SiteTable table = new SiteTable(List.of());

    SiteBook(ControlStore store) {
        this.store = store;
    }

    /** A site with what its document says. */
    record Entry(SiteDocument site, @Nullable Site read) {
        /** What is read is null when another release wrote a document that this one cannot read. */
        static Entry of(SiteDocument site) {
            byte[] document = site.document().getBytes(StandardCharsets.UTF_8);
            List<Site> read = ConfigLoader.parse(site.site(), document).sites();
            return new Entry(site, read.isEmpty() ? null : read.getFirst());
        }

        List<HostPattern> hosts() {
            return read == null ? List.of() : read.hosts();
        }
    }

    /** Catches up with the store; a linearizable read. */
    void follow() throws IOException {
        Position head = store.head();
        Revision from = at;
        while (from == null || !from.history().equals(head.history())) {
            from = load().revision();
            head = store.head();
        }
        while (from.counter() < head.counter()) {
            List<Change> changes = store.read(from.counter(), PAGE);
            if (changes == null || !store.head().history().equals(from.history())) {
                from = load().revision();
                head = store.head();
                continue;
            }
            changes.forEach(this::take);
            from = new Revision(from.history(), changes.getLast().counter());
            at = from;
        }
    }

    /** The history that all counters here belong to. */
    String history() {
        Revision here = at;
        if (here == null) {
            throw new IllegalStateException("nothing has been read yet");
        }
        return here.history();
    }

    /** All sites that this release can read, by host; made anew when one has changed. */
    SiteTable table() {
        if (tableEdition != edition) {
            table =
                    new SiteTable(
                            sites.values().stream()
                                    .map(Entry::read)
                                    .filter(Objects::nonNull)
                                    .toList());
            tableEdition = edition;
        }
        return table;
    }

    @Nullable Entry find(String site) {
        return sites.get(site);
    }

    Collection<Entry> all() {
        return List.copyOf(sites.values());
    }

    Set<String> names() {
        return new TreeSet<>(sites.keySet());
    }

    /** The site that a host belongs to, if it is not this one. */
    @Nullable String otherOwner(HostPattern host, String site) {
        return sites.values().stream()
                .filter(entry -> !entry.site().site().equals(site))
                .filter(entry -> entry.hosts().contains(host))
                .map(entry -> entry.site().site())
                .findFirst()
                .orElse(null);
    }

    private Position load() throws IOException {
        Snapshot snapshot = store.snapshot();
        edition++;
        sites.clear();
        snapshot.sites().forEach(site -> sites.put(site.site(), Entry.of(site)));
        at = snapshot.at().revision();
        return snapshot.at();
    }

    private void take(Change change) {
        switch (change) {
            case Change.SiteApplied(
                            long counter,
                            var site,
                            long version,
                            var document,
                            var c,
                            var t) -> {
                edition++;
                sites.put(site, Entry.of(new SiteDocument(site, version, counter, document)));
            }
            case Change.SiteDeleted deleted -> {
                edition++;
                sites.remove(deleted.site());
            }
            case Change.Purged purged -> {}
            case Change.HistoryBegun begun -> {}
        }
    }
}
