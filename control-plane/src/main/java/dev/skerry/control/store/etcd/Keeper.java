package dev.skerry.control.store.etcd;

import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps etcd small. One of all processes does it at a time: who holds the key {@code leader}, which
 * it writes anew each time; one that nobody has written for a while is taken over. Whatever is
 * written compares that key, so two that take themselves for the leader do no harm, and whatever is
 * done in part is right as it is.
 */
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** A leader that has not been heard for so many rounds is gone. */
    private static final int SILENT_ROUNDS = 3;

    private final EtcdClient client;
    private final Keys keys;
    private final Merging merging;
    private final Sweeping sweeping;
    private final Pace pace;
    private final LongSupplier nanos;
    private final ScheduledExecutorService thread;
    private final String id;

    /** Etcd's revision of the leader's key as it was seen last, and when that was first. */
    private long seen = -1;

    private long seenSince;

    /** Whether it was written by this process. */
    private boolean leading;

    /**
     * How often things are done.
     *
     * @param round between two looks
     * @param mergeAfter how many changes are left beside the rows
     * @param keep how long what etcd itself remembers of earlier revisions, and keys of writers
     *     that are gone, stay
     */
    record Pace(Duration round, int mergeAfter, Duration keep) {
        static final Pace USUAL = new Pace(Duration.ofSeconds(10), 2_000, Duration.ofMinutes(5));
    }

    Keeper(EtcdClient client, Keys keys, Snapshots snapshots, Pace pace, LongSupplier nanos) {
        this.client = client;
        this.keys = keys;
        this.merging = new Merging(keys, snapshots, pace.mergeAfter());
        this.sweeping = new Sweeping(client, keys, snapshots, pace.keep(), nanos);
        this.pace = pace;
        this.nanos = nanos;
        byte[] bytes = new byte[8];
        new SecureRandom().nextBytes(bytes);
        this.id = HexFormat.of().formatHex(bytes);
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("etcd keeper").factory());
        long round = pace.round().toNanos();
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(this::round, round, round, TimeUnit.NANOSECONDS);
    }

    /** Does no more; what is under way ends by itself. */
    void close() {
        thread.shutdown();
    }

    private void round() {
        try {
            if (lead()) {
                Fence fence = new Fence(client, keys.leader(), seen);
                merging.merge(fence);
                sweeping.sweep(fence);
            }
        } catch (EtcdFailure e) {
            if (e.kind() == Kind.FULL) {
                LOG.warn("{}", e.getMessage());
            } else {
                LOG.debug("etcd was not tidied: {}", e.getMessage());
            }
        } catch (IOException e) {
            LOG.warn("etcd was not tidied: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the keeper of etcd failed", e);
        }
    }

    private boolean lead() throws IOException {
        KeyValue found = client.get(keys.leader());
        long modified = found == null ? 0 : found.modified();
        if (modified != seen) {
            seen = modified;
            seenSince = nanos.getAsLong();
            leading = false;
        }
        boolean silent = nanos.getAsLong() - seenSince > SILENT_ROUNDS * pace.round().toNanos();
        if (modified != 0 && !leading && !silent) {
            return false;
        }
        Txn txn = new Txn().ifModified(keys.leader(), modified);
        txn.put(keys.leader(), Txn.bytes(id));
        Txn.Outcome outcome = client.txn(txn);
        if (!outcome.succeeded()) {
            return false;
        }
        if (!leading) {
            LOG.info("this process keeps etcd tidy from now on");
        }
        seen = outcome.revision();
        seenSince = nanos.getAsLong();
        leading = true;
        return true;
    }
}
