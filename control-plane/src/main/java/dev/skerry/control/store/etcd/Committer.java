package dev.skerry.control.store.etcd;

import dev.skerry.control.store.StoreLimits;
import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes plans. A transaction compares the head, if it moves it, and this process's own key, which
 * it writes with an id: so it takes effect at most once however often it is sent, and when an
 * answer was lost the key says what became of it. Used by one thread.
 */
final class Committer {
    /** How often others may be faster before a pause. */
    private static final int EAGER = 2;

    private static final int MOST_ATTEMPTS = 200;
    private static final long PAUSE_NANOS = 2_000_000;

    private final EtcdClient client;
    private final Keys keys;
    private final Values values;
    private final StoreLimits limits;
    private final Consumer<Head> moved;
    private final String writer;
    private @Nullable Head head;
    private long writerModified;
    private long transactions;

    /**
     * A writer.
     *
     * @param moved told of each head that is newer than those before, perhaps more than once
     */
    Committer(
            EtcdClient client, Keys keys, Values values, StoreLimits limits, Consumer<Head> moved) {
        this.client = client;
        this.keys = keys;
        this.values = values;
        this.limits = limits;
        this.moved = moved;
        byte[] id = new byte[8];
        new SecureRandom().nextBytes(id);
        this.writer = HexFormat.of().formatHex(id);
    }

    /**
     * Commits as many of the first as fit one transaction, and completes them.
     *
     * @param waiting at least one
     * @return how many it was
     * @throws IOException when nothing was written, or nobody knows; nobody was told yet
     */
    int commit(List<Pending<?>> waiting) throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            if (attempt > EAGER) {
                LockSupport.parkNanos(
                        ThreadLocalRandom.current().nextLong(attempt * PAUSE_NANOS) + 1);
            }
            Plan plan = new Plan(head(), this::site);
            List<Pending<?>> group = plan(waiting, plan);
            if (plan.isEmpty() || write(plan)) {
                group.forEach(Pending::committed);
                return group.size();
            }
        }
        throw new IOException("others change the store all the time; nothing was changed");
    }

    /** Says that what is known may not be so: it is read again. */
    void forget() {
        head = null;
    }

    private static List<Pending<?>> plan(List<Pending<?>> waiting, Plan plan) throws IOException {
        List<Pending<?>> group = new ArrayList<>();
        for (Pending<?> work : waiting) {
            Part<?> part = work.plan(plan);
            if (part != null) {
                if (!plan.takes(part)) {
                    break;
                }
                plan.add(part);
            }
            group.add(work);
        }
        return group;
    }

    /** False when others were faster, so that it has to be planned anew. */
    private boolean write(Plan plan) throws IOException {
        String id = writer + "." + ++transactions;
        Head before = plan.head();
        Head next = plan.next(limits.changes(), limits.ledgerRows());
        Txn txn = new Txn();
        try {
            fill(txn, plan, next, id);
            Txn.Outcome outcome = client.txn(txn);
            if (outcome.succeeded()) {
                writerModified = outcome.revision();
                if (plan.moves()) {
                    note(at(next, outcome.revision()));
                }
                return true;
            }
            return found(outcome, id, before);
        } catch (EtcdFailure e) {
            if (e.kind() == Kind.GONE) {
                // Pieces that waited for too long.
                return false;
            }
            head = null;
            throw e;
        }
    }

    private void fill(Txn txn, Plan plan, Head next, String id) throws IOException {
        Values.Writing writing = values.new Writing(txn);
        txn.ifModified(keys.writer(writer), writerModified);
        txn.put(keys.writer(writer), Txn.bytes(id));
        if (plan.moves()) {
            txn.ifModified(keys.head(), plan.head().modified());
            txn.put(keys.head(), next.value());
            Batch batch = plan.batch();
            writing.put(keys.change(next.history(), batch.last()), batch.text());
        }
        for (SiteRow row : plan.sites().values()) {
            writing.put(keys.site(row.site()), row.text());
        }
        for (Map.Entry<String, @Nullable String> record : plan.records().entrySet()) {
            String value = record.getValue();
            if (value == null) {
                txn.delete(keys.record(record.getKey()));
            } else {
                writing.put(keys.record(record.getKey()), value);
            }
        }
        txn.otherwiseGet(keys.head()).otherwiseGet(keys.writer(writer));
    }

    /** What a transaction that did not compare has found: perhaps itself, sent before. */
    private boolean found(Txn.Outcome outcome, String id, Head before) throws IOException {
        List<KeyValue> mine = outcome.found().get(1);
        writerModified = mine.isEmpty() ? 0 : mine.getFirst().modified();
        List<KeyValue> now = outcome.found().get(0);
        if (now.isEmpty()) {
            throw new IOException("the control store in etcd has been deleted");
        }
        Head newer = Head.of(now.getFirst());
        if (newer.modified() != before.modified()) {
            note(newer);
        }
        return !mine.isEmpty()
                && new String(mine.getFirst().value(), StandardCharsets.UTF_8).equals(id);
    }

    private void note(Head now) {
        head = now;
        moved.accept(now);
    }

    private Head head() throws IOException {
        Head known = head;
        if (known != null) {
            return known;
        }
        Txn.Outcome outcome = client.txn(new Txn().get(keys.head()).get(keys.writer(writer)));
        List<KeyValue> mine = outcome.found().get(1);
        writerModified = mine.isEmpty() ? 0 : mine.getFirst().modified();
        List<KeyValue> found = outcome.found().get(0);
        if (found.isEmpty()) {
            throw new IOException("the control store in etcd has been deleted");
        }
        Head now = Head.of(found.getFirst());
        note(now);
        return now;
    }

    private @Nullable SiteRow site(String site) throws IOException {
        KeyValue found = client.get(keys.site(site));
        return found == null ? null : SiteRow.read(site, found.key(), values.read(found, 0));
    }

    private static Head at(Head head, long modified) {
        return new Head(head.at(), head.floor(), head.first(), head.rows(), modified);
    }
}
