package dev.skerry.proxy.node;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.purge.DurableLedger;
import dev.skerry.cache.purge.Followed;
import dev.skerry.cache.purge.HistoryFrame;
import dev.skerry.cache.purge.KeyedPurge;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.PurgeScopes;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.proxy.admin.Readiness;
import dev.skerry.proxy.feed.FeedTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node as the change stream sees it: ledger and sites that follow one history.
 *
 * <p>Of one batch the sites are durable before the ledger's mark is: after a crash between the two
 * the batch comes again, and changes nothing the second time.
 */
final class FollowingNode implements FeedTarget {
    /** What {@link Readiness} waits for besides. */
    static final String CAUGHT_UP = "ledger";

    private static final Logger LOG = LoggerFactory.getLogger(FollowingNode.class);

    private final DurableLedger ledger;
    private final SiteDocuments documents;
    private final NodeSites sites;
    private final TimeSource time;
    private final Lease lease;
    private final Departure departure;
    private final Readiness readiness;
    private final UnaryOperator<String> questions;
    private volatile @Nullable Position durable;
    private volatile @Nullable Position awaited;

    /** A node that has restored nothing yet. */
    FollowingNode(
            DurableLedger ledger,
            SiteDocuments documents,
            NodeSites sites,
            TimeSource time,
            Lease lease,
            Departure departure,
            Readiness readiness,
            UnaryOperator<String> questions) {
        this.ledger = ledger;
        this.documents = documents;
        this.sites = sites;
        this.time = time;
        this.lease = lease;
        this.departure = departure;
        this.readiness = readiness;
        this.questions = questions;
    }

    /** Takes up what the node knew when it ended, if ledger and sites are both there. */
    void restore() throws IOException {
        Followed followed = ledger.followed();
        if (followed != null && documents.restore()) {
            sites.replace(documents.sites());
            durable = followed.at();
        }
    }

    /**
     * Serves with what was restored, without having caught up (PURGE.md rule 19); does nothing on a
     * node that knows nothing, or that serves already. Nor does one that has left: purges have not
     * waited for it.
     */
    void serveWithout() {
        Position known = durable;
        if (departure.begun()) {
            LOG.warn(
                    "the control plane does not answer, and this node had left: it serves when it"
                            + " has heard what was purged meanwhile");
        } else if (known != null && !readiness.ready()) {
            LOG.warn(
                    "the control plane does not answer: serving from revision {}, as it was kept",
                    known.counter());
            serve();
        }
    }

    @Override
    public @Nullable Position position() {
        return durable;
    }

    @Override
    public CompletionStage<Position> snapshot(Snapshot whole, List<StreamEvent.SentPurge> purges) {
        if (isEmptyBeginning(whole)) {
            LOG.error(
                    "THE CONTROL PLANE BEGAN A NEW HISTORY WITHOUT ANY SITE: those known here are"
                            + " served on. Apply them again, or restore its data directory");
        } else {
            documents.replaceAll(whole.sites());
        }
        sites.replace(documents.sites());
        try {
            documents.keep();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        long now = time.monotonicMillis();
        List<KeyedPurge> keyed =
                purges.stream()
                        .map(sent -> keyed(sent.purge(), now - sent.elapsedMillis(), 0))
                        .toList();
        return acknowledge(ledger.adopt(whole.floor(), keyed, whole.at()), whole.at());
    }

    @Override
    public CompletionStage<Position> changes(StreamEvent.Changes batch) {
        Followed followed = ledger.followed();
        if (followed == null || !followed.at().history().equals(batch.after().history())) {
            return CompletableFuture.failedFuture(
                    new IOException("changes of a history that is not followed"));
        }
        HistoryFrame frame = followed.frame();
        long now = time.monotonicMillis();
        List<KeyedPurge> keyed = new ArrayList<>();
        boolean sitesChanged = false;
        for (StreamEvent.SentChange sent : batch.changes()) {
            sitesChanged |= changeSites(sent.change());
            PurgeRecord purge = sent.change().purge();
            if (purge != null) {
                keyed.add(keyed(purge, now - sent.elapsedMillis(), frame.base()));
            }
        }
        if (sitesChanged) {
            try {
                documents.keep();
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        return acknowledge(ledger.follow(keyed, new Followed(frame, batch.after())), batch.after());
    }

    @Override
    public void head(Position head) {
        Position before = awaited;
        if (before == null || !before.history().equals(head.history())) {
            awaited = head;
        }
        serveIfCaughtUp();
        returned();
    }

    @Override
    public void leaves() throws IOException {
        departure.begin();
    }

    @Override
    public void vouched(Position head, long agoMillis, long leaseMillis) {
        if (hasApplied(head)) {
            lease.extend(time.monotonicMillis() - agoMillis, leaseMillis);
        }
    }

    @Override
    public LongSupplier lease() {
        return lease.term();
    }

    @Override
    public NodeReport.State state() {
        if (readiness.draining()) {
            return NodeReport.State.DRAINING;
        }
        return readiness.ready() ? NodeReport.State.READY : NodeReport.State.STARTING;
    }

    @Override
    public List<NodeReport.SiteProblem> problems() {
        return documents.problems();
    }

    @Override
    public String answer(String question) {
        return questions.apply(question);
    }

    /**
     * A control plane that lost its store knows no sites, and must not take those away that are
     * served. One that has any is believed.
     */
    private boolean isEmptyBeginning(Snapshot whole) {
        Followed before = ledger.followed();
        return before != null
                && !before.at().history().equals(whole.at().history())
                && whole.sites().isEmpty()
                && !documents.sites().isEmpty();
    }

    private boolean changeSites(Change change) {
        switch (change) {
            case Change.SiteApplied applied ->
                    documents.put(
                            new SiteDocument(
                                    applied.site(),
                                    applied.version(),
                                    applied.counter(),
                                    applied.document()));
            case Change.SiteDeleted deleted -> documents.remove(deleted.site());
            case Change.Purged purged -> {
                return false;
            }
            case Change.HistoryBegun begun -> {
                // Of the history that is followed: its floor came with the snapshot.
                return false;
            }
        }
        // At once: later purges of the batch are keyed by the rules that hold for them.
        sites.replace(documents.sites());
        return true;
    }

    private KeyedPurge keyed(PurgeRecord purge, long acceptedMillis, long base) {
        PurgeRecord local =
                new PurgeRecord(
                        base + purge.revision(),
                        purge.site(),
                        purge.scope(),
                        purge.value(),
                        purge.mode(),
                        purge.acceptedAtMillis());
        return PurgeScopes.keyed(local, acceptedMillis, sites.routes());
    }

    private CompletionStage<Position> acknowledge(CompletionStage<Long> written, Position at) {
        serveIfCaughtUp();
        return written.thenApply(revision -> {
            durable = at;
            returned();
            return at;
        });
    }

    /** Once it would know after a restart too what was purged before it registered again. */
    private void returned() {
        Position head = awaited;
        Position kept = durable;
        if (head == null
                || kept == null
                || !kept.history().equals(head.history())
                || kept.counter() < head.counter()) {
            return;
        }
        try {
            departure.end();
        } catch (IOException e) {
            LOG.warn("after a restart this node would wait for the control plane", e);
        }
    }

    /** Rule 13: ready once the head that was read after the hello has been applied. */
    private void serveIfCaughtUp() {
        Position head = awaited;
        if (head != null && hasApplied(head)) {
            serve();
        }
    }

    private boolean hasApplied(Position head) {
        Followed now = ledger.followed();
        return now != null
                && now.at().history().equals(head.history())
                && now.at().counter() >= head.counter();
    }

    private void serve() {
        sites.open();
        readiness.came(CAUGHT_UP);
    }
}
