package dev.skerry.control.fleet;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.fleet.PurgeText.Recorded;
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
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
        String id = id();
        long accepted = nanos.getAsLong();
        Recorded purge = append(id, order);
        meetAll(purge);
        // Only now: whoever registered before the purge had its place must be waited for.
        OpenPurge open = receipts.begin(purge, accepted, fleet::nodes);
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
        Recorded purge = PurgeText.read(PurgeText.RECORDS + id, record);
        meetAll(purge);
        receipts.adopt(purge, nanos.getAsLong() - ago(purge, wall.millis()), fleet::nodes);
        return receipts.find(id, fleet.nodes());
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

    private Recorded append(String id, PurgeOrder order) throws IOException {
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
                                entries.add(PurgeText.write(recorded(id, order, history, changes)));
                                return entries;
                            });
            String its = appended.position().history();
            Recorded purge = recorded(id, order, its, appended.changes());
            if (!its.equals(history)) {
                // A new history began in between; the record names the one before.
                store.put(List.of(PurgeText.write(purge)));
            }
            return purge;
        } catch (StaleVersion e) {
            throw new IllegalStateException("a purge expects no version", e);
        }
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
