package dev.skerry.control.access;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.SharedStore;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what: one record {@code audit/ID} for each request that changed something, written in the
 * same transaction as the change, and for refused ones, of which a minute has only so many. The
 * newest hundred thousand are kept. Thread-safe.
 */
public final class AuditTrail {
    /** The entries that are kept, at least. */
    public static final int KEPT = 100_000;

    /** The most refusals that are recorded in a minute; the log says how many were not. */
    public static final int REFUSALS_A_MINUTE = 60;

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final String PREFIX = "audit/";
    private static final int DIGITS = 16;
    private static final int SLACK = 1000;
    private static final int PAGE = 10_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final ControlStore store;
    private final InstantSource wall;
    private final String suffix;
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong count = new AtomicLong();
    private final AtomicBoolean pruning = new AtomicBoolean();
    private Instant windowStart = Instant.MIN;
    private int refusals;
    private volatile String history;

    /**
     * The trail in a store.
     *
     * @throws IOException when the store does not answer
     */
    public AuditTrail(ControlStore store, InstantSource wall) throws IOException {
        this.store = store;
        this.wall = wall;
        // Two processes may write in the same microsecond.
        this.suffix =
                store instanceof SharedStore ? "-%08x".formatted(new SecureRandom().nextInt()) : "";
        this.history = store.head().history();
        store.onAppend(this::noteHistory);
        for (SortedMap<String, String> page = store.list(PREFIX, null, PAGE);
                !page.isEmpty();
                page = store.list(PREFIX, page.lastKey(), PAGE)) {
            count.addAndGet(page.size());
            int start = PREFIX.length();
            last.set(Long.parseLong(page.lastKey().substring(start, start + DIGITS)));
        }
    }

    /** The record of an entry, for whoever writes it beside the change itself. */
    public Entry record(AuditEntry entry) {
        Instant now = wall.instant();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        long id = last.updateAndGet(before -> Math.max(before + 1, micros));
        String name = "%016d".formatted(id) + suffix;
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", name);
        document.put("when", now.toString()).put("who", entry.who()).put("what", entry.what());
        if (entry.site() != null) {
            document.put("site", entry.site());
        }
        if (entry.counter() > 0) {
            document.put("revision", new Revision(history, entry.counter()).toString());
        }
        document.put("outcome", entry.outcome()).put("detail", entry.detail());
        if (count.incrementAndGet() >= KEPT + SLACK && pruning.compareAndSet(false, true)) {
            // Not here: this runs inside the store's transaction.
            Thread.startVirtualThread(this::prune);
        }
        return new Entry(PREFIX + name, document.toString());
    }

    /** Writes an entry of something that is done already. */
    public void write(AuditEntry entry) throws IOException {
        store.put(List.of(record(entry)));
    }

    /** Records a refusal, unless this minute has had its share. Never throws. */
    void refused(String who, String what, @Nullable String site, int status, String detail) {
        if (!mayRecord()) {
            return;
        }
        AuditEntry entry = new AuditEntry(who, what, site, 0, "refused " + status, detail);
        try {
            store.put(List.of(record(entry)));
        } catch (IOException e) {
            LOG.warn("a refusal is missing from the audit trail: {}", e.toString());
        }
    }

    /** Entries in order, as JSON documents. */
    List<String> list(@Nullable String after, int most) throws IOException {
        return List.copyOf(
                store.list(PREFIX, after == null ? null : PREFIX + after, most).values());
    }

    private synchronized boolean mayRecord() {
        Instant now = wall.instant();
        if (now.isBefore(windowStart) || !now.isBefore(windowStart.plus(WINDOW))) {
            if (refusals > REFUSALS_A_MINUTE) {
                LOG.warn(
                        "{} refused requests are missing from the audit trail",
                        refusals - REFUSALS_A_MINUTE);
            }
            windowStart = now;
            refusals = 0;
        }
        return ++refusals <= REFUSALS_A_MINUTE;
    }

    private void noteHistory() {
        try {
            history = store.head().history();
        } catch (IOException e) {
            LOG.warn("the audit trail cannot learn the history: {}", e.toString());
        }
    }

    private void prune() {
        try {
            List<Entry> oldest = new ArrayList<>();
            for (String name : store.list(PREFIX, null, SLACK).keySet()) {
                oldest.add(new Entry(name, null));
            }
            for (int i = 0; i < oldest.size(); i += ControlStore.MOST_RECORDS) {
                store.put(
                        oldest.subList(i, Math.min(oldest.size(), i + ControlStore.MOST_RECORDS)));
            }
            count.addAndGet(-oldest.size());
        } catch (IOException e) {
            LOG.warn("old entries stay in the audit trail: {}", e.toString());
        } finally {
            pruning.set(false);
        }
    }
}
