package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The desk of a node that stands alone: puts purges in order, hands them to the node, and remembers
 * the last thousand. Thread-safe.
 */
public final class Purges implements PurgeDesk {
    /** How many purges can be asked for later. */
    public static final int REMEMBERED = 1000;

    private final ChangeLog log;
    private final PurgeNode node;
    private final LongSupplier nanos;
    private final String era;
    private final Object order = new Object();
    private final Map<String, Running> running = new HashMap<>();

    /** Those that came with a key, by its name; forgotten with their purges. */
    private final Map<String, Running> keyed = new HashMap<>();

    private final ArrayDeque<String> oldestFirst = new ArrayDeque<>();

    /**
     * Purges of one node.
     *
     * @param nanos a monotonic clock in nanoseconds
     * @param era goes into every id, and differs from that of any earlier process
     */
    public Purges(ChangeLog log, PurgeNode node, LongSupplier nanos, String era) {
        this.log = log;
        this.node = node;
        this.nanos = nanos;
        this.era = era;
    }

    /** It works when this returns. */
    @Override
    public PurgeReceipt accept(PurgeOrder purge, Duration wait)
            throws IOException, InterruptedException {
        return receipt(start(purge, null), wait);
    }

    @Override
    public PurgeReceipt acceptOnce(IdempotencyKey key, PurgeOrder purge, Duration wait)
            throws IdempotencyKey.Reused, IOException, InterruptedException {
        Running known;
        synchronized (order) {
            known = keyed.get(key.name());
            if (known == null) {
                known = start(purge, key);
            }
        }
        if (!key.equals(known.key)) {
            throw new IdempotencyKey.Reused();
        }
        return receipt(known, wait);
    }

    private PurgeReceipt receipt(Running running, Duration wait) throws InterruptedException {
        try {
            running.acknowledged.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // The receipt says that it is pending: not in time, or the disk refuses it.
        }
        return receipt(running);
    }

    @Override
    public @Nullable PurgeReceipt find(String id) {
        synchronized (order) {
            Running purge = running.get(id);
            return purge == null ? null : receipt(purge);
        }
    }

    @Override
    public List<PurgeReceipt> list(Predicate<String> sites, int most) {
        List<PurgeReceipt> receipts = new ArrayList<>();
        synchronized (order) {
            Iterator<String> newestFirst = oldestFirst.descendingIterator();
            while (newestFirst.hasNext() && receipts.size() < most) {
                Running purge = running.get(newestFirst.next());
                if (purge != null && sites.test(purge.last.site())) {
                    receipts.add(receipt(purge));
                }
            }
        }
        return receipts;
    }

    private Running start(PurgeOrder wanted, @Nullable IdempotencyKey key) throws IOException {
        long accepted = nanos.getAsLong();
        // One at a time: a ledger ignores a revision that is below one it has applied.
        synchronized (order) {
            List<PurgeRecord> records = log.append(wanted.site(), wanted.targets(), wanted.mode());
            PurgeRecord last = records.getLast();
            CompletableFuture<Long> acknowledged =
                    node.apply(records)
                            .<Long>thenApply(done -> nanos.getAsLong())
                            .toCompletableFuture();
            Running purge =
                    new Running(era + "-" + last.revision(), key, last, accepted, acknowledged);
            remember(purge);
            return purge;
        }
    }

    private void remember(Running purge) {
        running.put(purge.id, purge);
        oldestFirst.add(purge.id);
        if (purge.key != null) {
            keyed.put(purge.key.name(), purge);
        }
        if (oldestFirst.size() > REMEMBERED) {
            Running oldest = running.remove(oldestFirst.remove());
            if (oldest != null && oldest.key != null) {
                keyed.remove(oldest.key.name());
            }
        }
    }

    private PurgeReceipt receipt(Running purge) {
        boolean acked =
                purge.acknowledged.isDone() && !purge.acknowledged.isCompletedExceptionally();
        long end = acked ? purge.acknowledged.join() : nanos.getAsLong();
        long millis = TimeUnit.NANOSECONDS.toMillis(end - purge.accepted);
        return new PurgeReceipt(
                purge.id,
                purge.last.site(),
                new PurgeReceipt.Place.OfNode(purge.last.revision()),
                purge.last.acceptedAtMillis(),
                List.of(
                        new PurgeReceipt.Node(
                                node.name(),
                                node.role(),
                                acked ? PurgeReceipt.State.ACKED : PurgeReceipt.State.PENDING,
                                millis)));
    }

    private record Running(
            String id,
            @Nullable IdempotencyKey key,
            PurgeRecord last,
            long accepted,
            CompletableFuture<Long> acknowledged) {}
}
