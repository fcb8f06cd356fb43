package dev.skerry.control.fleet;

import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.SharedStore;
import dev.skerry.control.store.SharedStore.Followed;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fleet over several control planes that share a store: each follows the records of all nodes,
 * and writes down how far those have come that are connected to it. So a purge waits for every node
 * wherever it is connected, and is done when all have acknowledged it, to whomever.
 */
public final class Replicas implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

    /** A change is told so long after it happened, with what happened meanwhile. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** Each tells that it is there. */
    private static final Duration BEAT = Duration.ofSeconds(2);

    /** Who has told nothing for so long is gone, and its nodes are connected nowhere. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final SharedStore store;
    private final Fleet fleet;
    private final LongSupplier nanos;
    private final String own;
    private final ScheduledExecutorService thread;
    private final AtomicBoolean changed = new AtomicBoolean();
    private final Map<String, Long> heard = new HashMap<>();
    private Followed nodes = () -> {};
    private long beat;
    private List<FleetNode> told = List.of();

    private Replicas(SharedStore store, Fleet fleet, LongSupplier nanos) {
        this.store = store;
        this.fleet = fleet;
        this.nanos = nanos;
        byte[] id = new byte[8];
        new SecureRandom().nextBytes(id);
        this.own = ReplicaText.RECORDS + HexFormat.of().formatHex(id);
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("replicas").factory());
    }

    /**
     * Joins the others; call it before any node can register.
     *
     * @param nanos a monotonic clock in nanoseconds
     */
    public static Replicas join(SharedStore store, Fleet fleet, LongSupplier nanos)
            throws IOException {
        Replicas replicas = new Replicas(store, fleet, nanos);
        fleet.share(replicas);
        replicas.nodes = store.follow(Member.RECORDS, fleet::recorded);
        Followed _ = store.follow(ReplicaText.RECORDS, replicas::said);
        fleet.onChange(replicas::wake);
        ScheduledFuture<?> _ =
                replicas.thread.scheduleWithFixedDelay(
                        replicas::tell, 0, BEAT.toNanos(), TimeUnit.NANOSECONDS);
        return replicas;
    }

    void catchUp() throws IOException {
        nodes.catchUp();
    }

    /** Leaves: nodes that were connected here will be connected elsewhere. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            store.put(List.of(new Entry(own, null)));
        } catch (IOException e) {
            LOG.debug("the others will miss this control plane by its silence: {}", e.toString());
        }
    }

    private void wake() {
        if (changed.compareAndSet(false, true)) {
            try {
                ScheduledFuture<?> _ =
                        thread.schedule(this::tellChange, GATHER.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("closed", e);
            }
        }
    }

    private void tellChange() {
        changed.set(false);
        // What the others have told changes the fleet too, and is not told back.
        if (!fleet.connectedHere().equals(told)) {
            tell();
        }
    }

    private void tell() {
        try {
            endSilent();
            List<FleetNode> here = fleet.connectedHere();
            String text = ReplicaText.write(++beat, here, nanos.getAsLong());
            store.put(List.of(new Entry(own, text)));
            told = here;
        } catch (IOException e) {
            LOG.warn("other control planes do not hear of this one's nodes: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("other control planes do not hear of this one's nodes", e);
        }
    }

    private void said(String replica, @Nullable String record) {
        if (replica.equals(own)) {
            return;
        }
        synchronized (heard) {
            if (record == null) {
                heard.remove(replica);
            } else {
                heard.put(replica, nanos.getAsLong());
            }
        }
        fleet.elsewhere(
                replica, record == null ? Map.of() : ReplicaText.read(replica, record).nodes());
    }

    private void endSilent() throws IOException {
        List<String> silent;
        long now = nanos.getAsLong();
        synchronized (heard) {
            silent =
                    heard.entrySet().stream()
                            .filter(each -> now - each.getValue() > SILENCE.toNanos())
                            .map(Map.Entry::getKey)
                            .toList();
            silent.forEach(heard::remove);
        }
        for (String replica : silent) {
            LOG.info("another control plane is silent: its nodes are not connected any more");
            fleet.elsewhere(replica, Map.of());
            store.put(List.of(new Entry(replica, null)));
        }
    }
}
