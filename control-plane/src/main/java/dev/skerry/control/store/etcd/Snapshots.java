package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.SiteVersions;
import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads all that counts as of one revision of etcd's: the rows of the ledger, the changes that have
 * not been merged into them, and the sites.
 */
final class Snapshots {
    private static final int PAGE = 1000;
    private static final int LARGE_PAGE = 64;
    private static final int ATTEMPTS = 3;

    private final EtcdClient client;
    private final Keys keys;
    private final Values values;

    Snapshots(EtcdClient client, Keys keys, Values values) {
        this.client = client;
        this.keys = keys;
        this.values = values;
    }

    /** A moment, and what of the ledger was merged then. */
    record Moment(Head head, Merged merged, long revision) {}

    /** What counts now. */
    Snapshot read() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Moment moment = moment();
                PurgeLedger ledger = ledger(moment, row -> {});
                return new Snapshot(
                        moment.head.at(), moment.head.floor(), ledger.purges(), sites(moment));
            } catch (EtcdFailure e) {
                if (e.kind() != Kind.COMPACTED || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Now. */
    Moment moment() throws IOException {
        Txn.Outcome outcome = client.txn(new Txn().get(keys.head()).get(keys.merged()));
        List<KeyValue> found = outcome.found().get(0);
        if (found.isEmpty()) {
            throw new IOException("the control store in etcd has been deleted");
        }
        Head head = Head.of(found.getFirst());
        List<KeyValue> merged = outcome.found().get(1);
        return new Moment(
                head,
                Merged.of(merged.isEmpty() ? null : merged.getFirst(), head.history()),
                outcome.revision());
    }

    /**
     * The ledger as of a moment.
     *
     * @param rows told of each row as it was written
     */
    PurgeLedger ledger(Moment moment, Consumer<LedgerRow> rows) throws IOException {
        PurgeLedger ledger = new PurgeLedger();
        rows(
                moment,
                row -> {
                    ledger.load(row);
                    rows.accept(row);
                });
        tail(moment, ledger);
        return ledger;
    }

    private void rows(Moment moment, Consumer<LedgerRow> rows) throws IOException {
        String history = moment.head.history();
        each(
                keys.rows(history),
                Keys.behind(keys.rows(history)),
                PAGE,
                moment.revision,
                found -> {
                    PurgeRecord name = keys.purge(history, found.key());
                    if (name == null) {
                        throw Packed.damaged(found.key(), "no row");
                    }
                    rows.accept(
                            LedgerRow.read(name, found.key(), values.read(found, moment.revision)));
                });
    }

    /** Adds the changes after those that were merged, folding as they came. */
    private void tail(Moment moment, PurgeLedger ledger) throws IOException {
        String history = moment.head.history();
        each(
                keys.change(history, moment.merged.upTo() + 1),
                Keys.behind(keys.changes(history)),
                LARGE_PAGE,
                moment.revision,
                found -> {
                    Batch batch = Batch.read(found.key(), values.read(found, moment.revision));
                    for (Change change : batch.changes()) {
                        PurgeRecord purge = change.purge();
                        if (purge != null && purge.revision() > moment.merged.upTo()) {
                            ledger.record(purge);
                        }
                    }
                    ledger.bound(moment.head.rows());
                });
    }

    private List<SiteDocument> sites(Moment moment) throws IOException {
        List<SiteDocument> sites = new ArrayList<>();
        String start = keys.sites();
        each(
                start,
                Keys.behind(start),
                PAGE,
                moment.revision,
                found -> {
                    String site = found.key().substring(start.length());
                    SiteRow row =
                            SiteRow.read(site, found.key(), values.read(found, moment.revision));
                    if (row.live()) {
                        sites.add(document(row, moment));
                    }
                });
        return sites;
    }

    private SiteDocument document(SiteRow row, Moment moment) throws IOException {
        String key = keys.record(SiteVersions.name(row.site(), row.version()));
        List<KeyValue> found = client.range(key, Keys.next(key), 1, moment.revision);
        if (found.isEmpty()) {
            throw new IOException("etcd has lost version " + row.version() + " of " + row.site());
        }
        String record = values.read(found.getFirst(), moment.revision);
        return new SiteDocument(
                row.site(),
                row.version(),
                row.counterIn(moment.head),
                Json.read(key, record).path("document").asText());
    }

    /** What is done with a key. */
    @FunctionalInterface
    private interface Visit {
        void take(KeyValue found) throws IOException;
    }

    private void each(String start, String end, int page, long revision, Visit visit)
            throws IOException {
        String from = start;
        while (true) {
            List<KeyValue> found = client.range(from, end, page, revision);
            for (KeyValue each : found) {
                visit.take(each);
            }
            if (found.size() < page) {
                return;
            }
            from = Keys.next(found.getLast().key());
        }
    }
}
