package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent.SentPurge;
import dev.skerry.config.protocol.StreamEvent.SnapshotBegin;
import dev.skerry.config.protocol.StreamEvent.SnapshotEnd;
import dev.skerry.config.protocol.StreamEvent.SnapshotPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A snapshot that is being received, within bounds. One thread at a time. */
final class SnapshotAssembly {
    /** The most purges. */
    static final int MOST_PURGES = 2_000_000;

    /** The most characters of all documents together. */
    static final long MOST_DOCUMENT_CHARS = 256L << 20;

    private final Position at;
    private final long floor;
    private final int mostPurges;
    private final long mostChars;
    private final List<SentPurge> purges = new ArrayList<>();
    private final List<SiteDocument> sites = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private long lastRevision;
    private long chars;

    SnapshotAssembly(SnapshotBegin begin) {
        this(begin, MOST_PURGES, MOST_DOCUMENT_CHARS);
    }

    SnapshotAssembly(SnapshotBegin begin, int mostPurges, long mostChars) {
        this.at = begin.at();
        this.floor = begin.floor();
        this.mostPurges = mostPurges;
        this.mostChars = mostChars;
    }

    /**
     * Adds a part.
     *
     * @throws MalformedMessage when it passes a bound or cannot belong to the snapshot
     */
    void add(SnapshotPart part) throws MalformedMessage {
        if (part.purges().size() > mostPurges - purges.size()) {
            throw new MalformedMessage("a snapshot has more than " + mostPurges + " purges");
        }
        for (SentPurge sent : part.purges()) {
            long revision = sent.purge().revision();
            if (revision < lastRevision || revision > at.counter()) {
                throw new MalformedMessage(
                        "purge "
                                + revision
                                + " of a snapshot at "
                                + at.counter()
                                + " came after "
                                + lastRevision);
            }
            lastRevision = revision;
            purges.add(sent);
        }
        for (SiteDocument site : part.sites()) {
            chars += site.document().length();
            if (chars > mostChars) {
                throw new MalformedMessage(
                        "the documents of a snapshot have more than " + mostChars + " characters");
            }
            if (!names.add(site.site())) {
                throw new MalformedMessage("a snapshot has site '" + site.site() + "' twice");
            }
            sites.add(site);
        }
    }

    /**
     * Checks whether everything has come.
     *
     * @throws MalformedMessage when a part was lost or came twice
     */
    void check(SnapshotEnd end) throws MalformedMessage {
        boolean lacks =
                (end.purges() >= 0 && end.purges() != purges.size())
                        || (end.sites() >= 0 && end.sites() != sites.size());
        if (lacks) {
            throw new MalformedMessage(
                    "a snapshot of %d purges and %d sites came as %d and %d"
                            .formatted(end.purges(), end.sites(), purges.size(), sites.size()));
        }
    }

    /** The purges as they were sent. */
    List<SentPurge> purges() {
        return List.copyOf(purges);
    }

    /** The whole. */
    Snapshot whole() {
        return new Snapshot(at, floor, purges.stream().map(SentPurge::purge).toList(), sites);
    }
}
