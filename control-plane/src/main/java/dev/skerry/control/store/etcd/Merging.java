package dev.skerry.control.store.etcd;

import dev.skerry.control.store.etcd.Snapshots.Moment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges changes into the rows of the ledger, so that a snapshot need not read them all and they
 * can be deleted. Rows are written before rows are deleted, purges of everything first, and the
 * mark moves last: whoever reads in between, or goes on after a merge that broke off, finds no less
 * than what was purged.
 */
final class Merging {
    /** The most rows of one transaction. */
    private static final int ROWS = 100;

    private static final int MOST_BYTES = 512 * 1024;

    /** A ledger of many rows is read as a whole for each merge, so that waits for more changes. */
    private static final int ROWS_A_CHANGE = 8;

    private static final int MOST_WAITING = 50_000;

    private final Keys keys;
    private final Snapshots snapshots;
    private final int after;
    private int rows;

    Merging(Keys keys, Snapshots snapshots, int after) {
        this.keys = keys;
        this.snapshots = snapshots;
        this.after = after;
    }

    /** Merges, if it is worth it. */
    void merge(Fence fence) throws IOException {
        Moment moment = snapshots.moment();
        long waiting = moment.head().counter() - moment.merged().upTo();
        if (waiting < Math.max(after, Math.min(rows / ROWS_A_CHANGE, MOST_WAITING))) {
            return;
        }
        String history = moment.head().history();
        Map<String, LedgerRow> before = new HashMap<>();
        PurgeLedger ledger =
                snapshots.ledger(moment, row -> before.put(keys.row(history, row.latest()), row));
        rows = ledger.size();
        List<LedgerRow> first = new ArrayList<>();
        List<LedgerRow> then = new ArrayList<>();
        ledger.each(row -> {
            LedgerRow old = before.remove(keys.row(history, row.latest()));
            if (!row.equals(old)) {
                (row.canFold() ? then : first).add(row);
            }
        });
        first.addAll(then);
        Writes writes = new Writes(fence);
        for (LedgerRow row : first) {
            String key = keys.row(history, row.latest());
            writes.room(key).put(key, Packed.plain(row.value()));
        }
        writes.flush();
        for (String gone : before.keySet()) {
            writes.room(gone).delete(gone);
        }
        writes.flush();
        Merged merged = new Merged(history, moment.head().counter(), 0);
        fence.commit(new Txn().put(keys.merged(), merged.value()));
    }

    /** Transactions as large as they may be. */
    private static final class Writes {
        private final Fence fence;
        private Txn txn = new Txn();
        private int bytes;

        Writes(Fence fence) {
            this.fence = fence;
        }

        /** The transaction that takes one more row. */
        Txn room(String key) throws IOException {
            if (txn.operations() >= ROWS || bytes + key.length() > MOST_BYTES) {
                flush();
            }
            bytes += key.length();
            return txn;
        }

        void flush() throws IOException {
            if (txn.operations() > 0) {
                fence.commit(txn);
                txn = new Txn();
                bytes = 0;
            }
        }
    }
}
