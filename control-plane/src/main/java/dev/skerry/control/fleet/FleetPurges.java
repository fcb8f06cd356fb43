package dev.skerry.control.fleet;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.fleet.PurgeText.Recorded;
import dev.skerry.control.purge.IdempotencyKey;
import dev.skerry.control.purge.PurgeAudit;
import dev.skerry.control.purge.PurgeDesk;
import dev.skerry.control.purge.PurgeOrder;
import dev.skerry.control.purge.PurgeReceipt;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Appended;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StaleVersion;
import dev.skerry.control.store.UnknownOutcome;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The desk of a whole fleet: a purge is done when every node that counts has acknowledged it. */
public final class FleetPurges implements PurgeDesk {
    private static final int PAGE = 1000;
    private static final Pattern ID = Pattern.compile("p-[0-9a-f]{24}");

    private final ControlStore store;
    private final Fleet fleet;
    private final Receipts receipts;
    private final PurgeAudit audit;
    private final LongSupplier nanos;
    private final InstantSource wall;
    private final SecureRandom random = new SecureRandom();
    private final PurgeKeys keys;

    /** One purge of a key at a time. */
    private final ReentrantLock[] ofKeys = new ReentrantLock[64];

    private FleetPurges(
            ControlStore store,
            Fleet fleet,
            Receipts receipts,
            PurgeAudit audit,
            LongSupplier nanos,
            InstantSource wall) {
        this.wall = wall;
        this.store = store;
        this.fleet = fleet;
        this.receipts = receipts;
        this.audit = audit;
        this.nanos = nanos;
        this.keys = new PurgeKeys(store, wall, PurgeKeys.MOST);
        Arrays.setAll(ofKeys, i -> new ReentrantLock());
    }

    /**
     * A desk that knows the purges of the processes before it.
     *
     * @param receipts those of the fleet
     * @param nanos a monotonic clock in nanoseconds
     * @param wall for the age of what was accepted before
     */
    public static FleetPurges open(
            ControlStore store,
            Fleet fleet,
            Receipts receipts,
            PurgeAudit audit,
            LongSupplier nanos,
            InstantSource wall)
            throws IOException {
        List<Recorded> recorded = new ArrayList<>();
        SortedMap<String, String> page = store.list(PurgeText.RECORDS, null, PAGE);
        while (!page.isEmpty()) {
            page.forEach((name, record) -> recorded.add(PurgeText.read(name, record)));
            page = store.list(PurgeText.RECORDS, page.lastKey(), PAGE);
        }
        long now = wall.millis();
        receipts.restore(recorded, store.head().history(), purge -> ago(purge, now), fleet::nodes);
        return new FleetPurges(store, fleet, receipts, audit, nanos, wall);
    }

    private static long ago(Recorded purge, long now) {
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, now - purge.acceptedAtMillis()));
    }

    @Override
    public PurgeReceipt accept(PurgeOrder order, Duration wait)
            throws IOException, InterruptedException {
        return await(begin(id(), order, null), wait);
    }

    @Override
    public PurgeReceipt acceptOnce(IdempotencyKey key, PurgeOrder order, Duration wait)
            throws IdempotencyKey.Reused, IOException, InterruptedException {
        ReentrantLock ofKey = ofKeys[Math.floorMod(key.name().hashCode(), ofKeys.length)];
        OpenPurge open;
        ofKey.lockInterruptibly();
        try {
            PurgeKeys.Known found = keys.find(key);
            PurgeKeys.Known known = found == null ? keys.take(key, id()) : found;
            if (!known.body().equals(key.body())) {
                throw new IdempotencyKey.Reused();
            }
            Recorded purge = known.purge();
            open = purge == null ? begin(known.id(), order, key) : again(purge);
        } finally {
            ofKey.unlock();
        }
        return await(open, wait);
    }

    private OpenPurge begin(String id, PurgeOrder order, @Nullable IdempotencyKey key)
            throws IOException {
        long accepted = nanos.getAsLong();
        Recorded purge = append(id, order, key);
        if (key != null) {
            keys.sweepIfDue();
        }
        meetAll(purge);
        // Only now: whoever registered before the purge had its place must be waited for.
        return receipts.begin(purge, accepted, fleet::nodes);
    }

    /** A purge whose key has come again: remembered, or taken up as it was recorded. */
    private OpenPurge again(Recorded keyed) throws IOException {
        String record = store.get(PurgeText.RECORDS + keyed.id());
        Recorded purge =
                record == null ? keyed : PurgeText.read(PurgeText.RECORDS + keyed.id(), record);
        return adopt(purge);
    }

    private OpenPurge adopt(Recorded purge) throws IOException {
        meetAll(purge);
        if (!purge.place().history().equals(store.head().history())) {
            receipts.precede(purge.place().history());
        }
        return receipts.adopt(purge, nanos.getAsLong() - ago(purge, wall.millis()), fleet::nodes);
    }

    private PurgeReceipt await(OpenPurge open, Duration wait) throws InterruptedException {
        try {
            open.done.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // The receipt says who is awaited.
        } catch (ExecutionException e) {
            throw new IllegalStateException("receipts do not fail", e);
        }
        // Not looked up: a thousand others may have come meanwhile.
        return receipts.receipt(open, fleet.nodes());
    }

    @Override
    public @Nullable PurgeReceipt find(String id) throws IOException {
        PurgeReceipt known = receipts.find(id, fleet.nodes());
        if (known != null || !fleet.isShared() || !ID.matcher(id).matches()) {
            return known;
        }
        String record = store.get(PurgeText.RECORDS + id);
        if (record == null) {
            return null;
        }
        OpenPurge open = adopt(PurgeText.read(PurgeText.RECORDS + id, record));
        return receipts.receipt(open, fleet.nodes());
    }

    @Override
    public List<PurgeReceipt> list(Predicate<String> sites, int most) {
        return receipts.list(sites, most, fleet.nodes());
    }

    private void meetAll(Recorded purge) throws IOException {
        try {
            fleet.catchUp();
        } catch (IOException e) {
            throw new UnknownOutcome(
                    "the purge was accepted as "
                            + purge.place()
                            + ", but who has to acknowledge it cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }

    private Recorded append(String id, PurgeOrder order, @Nullable IdempotencyKey key)
            throws IOException {
        Mode mode = order.mode();
        List<Draft> drafts =
                order.targets().stream()
                        .<Draft>map(target ->
                                new Draft.Purge(order.site(), target.scope(), target.value(), mode))
                        .toList();
        String history = store.head().history();
        try {
            Appended appended =
                    store.append(
                            drafts,
                            changes -> {
                                List<Entry> entries =
                                        new ArrayList<>(audit.records(order, changes));
                                Recorded purge = recorded(id, order, history, changes);
                                entries.addAll(records(purge, key));
                                return entries;
                            });
            String its = appended.position().history();
            Recorded purge = recorded(id, order, its, appended.changes());
            if (!its.equals(history)) {
                // A new history began in between; the record names the one before.
                store.put(records(purge, key));
            }
            return purge;
        } catch (StaleVersion e) {
            throw new IllegalStateException("a purge expects no version", e);
        }
    }

    private List<Entry> records(Recorded purge, @Nullable IdempotencyKey key) {
        Entry record = PurgeText.write(purge);
        return key == null ? List.of(record) : List.of(record, keys.entry(key, purge.id(), purge));
    }

    private static Recorded recorded(
            String id, PurgeOrder order, String history, List<Change> changes) {
        Change last = changes.getLast();
        return new Recorded(
                id,
                order.site(),
                new Revision(history, last.counter()),
                last.acceptedAtMillis(),
                null);
    }

    /** Nobody learns of other sites' purges by counting. */
    private String id() {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return "p-" + HexFormat.of().formatHex(bytes);
    }
}
