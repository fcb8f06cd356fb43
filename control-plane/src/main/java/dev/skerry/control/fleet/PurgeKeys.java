package dev.skerry.control.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.fleet.PurgeText.Recorded;
import dev.skerry.control.purge.IdempotencyKey;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.SharedStore;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which purge came with which key: records {@code purge-keys/DAY/KEY}, written with the purge. They
 * are found on their day and the one after (UTC), so for 24 hours at least, and go then.
 * Thread-safe.
 */
final class PurgeKeys {
    /** The keys that are kept, about; past that the oldest go before their time. */
    static final int MOST = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(PurgeKeys.class);
    private static final String PREFIX = "purge-keys/";
    private static final int SWEEP_EVERY = 1000;
    private static final int PAGE = 10_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ControlStore store;
    private final InstantSource wall;
    private final int most;
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicBoolean sweeping = new AtomicBoolean();

    PurgeKeys(ControlStore store, InstantSource wall, int most) {
        this.store = store;
        this.wall = wall;
        this.most = most;
    }

    /**
     * What came with a key.
     *
     * @param id of the purge
     * @param body the digest of the request's
     * @param purge null when the key was taken and the purge may not have been: it is done again,
     *     under its id
     */
    record Known(String id, String body, @Nullable Recorded purge) {}

    @Nullable Known find(IdempotencyKey key) throws IOException {
        LocalDate today = today();
        Known known = read(name(key, today));
        return known == null ? read(name(key, today.minusDays(1))) : known;
    }

    /**
     * Takes a key for a purge, where other control planes could take it at the same time.
     *
     * @return what has it now: this id, or that of whoever was faster
     */
    Known take(IdempotencyKey key, String id) throws IOException {
        if (store instanceof SharedStore shared && !shared.putNew(List.of(entry(key, id, null)))) {
            Known faster = find(key);
            if (faster != null) {
                return faster;
            }
        }
        return new Known(id, key.body(), null);
    }

    /** The record of a key. */
    Entry entry(IdempotencyKey key, String id, @Nullable Recorded purge) {
        ObjectNode json = JSON.createObjectNode().put("id", id).put("body", key.body());
        if (purge != null) {
            json.put("site", purge.site())
                    .put("revision", purge.place().toString())
                    .put("accepted", purge.acceptedAtMillis());
        }
        return new Entry(name(key, today()), json.toString());
    }

    /** A key has been written: once in a while, old ones go. */
    void sweepIfDue() {
        if (written.getAndIncrement() % SWEEP_EVERY == 0 && sweeping.compareAndSet(false, true)) {
            Thread.startVirtualThread(() -> {
                try {
                    sweep();
                } catch (IOException e) {
                    LOG.warn("old keys of purges stay: {}", e.toString());
                } finally {
                    sweeping.set(false);
                }
            });
        }
    }

    /** Deletes what is too old, and the oldest of what is too much. */
    void sweep() throws IOException {
        String kept = PREFIX + today().minusDays(1);
        List<String> names = new ArrayList<>();
        for (SortedMap<String, String> page = store.list(PREFIX, null, PAGE);
                !page.isEmpty();
                page = store.list(PREFIX, page.lastKey(), PAGE)) {
            names.addAll(page.keySet());
        }
        int gone = Math.max(0, names.size() - most);
        while (gone < names.size() && names.get(gone).compareTo(kept) < 0) {
            gone++;
        }
        List<Entry> deleted =
                names.subList(0, gone).stream().map(name -> new Entry(name, null)).toList();
        for (int i = 0; i < gone; i += ControlStore.MOST_RECORDS) {
            store.put(deleted.subList(i, Math.min(gone, i + ControlStore.MOST_RECORDS)));
        }
    }

    private @Nullable Known read(String name) throws IOException {
        String record = store.get(name);
        if (record == null) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(record);
            String id = json.path("id").asText();
            Revision place = Revision.parse(json.path("revision").asText());
            return new Known(
                    id,
                    json.path("body").asText(),
                    place == null
                            ? null
                            : new Recorded(
                                    id,
                                    json.path("site").asText(),
                                    place,
                                    json.path("accepted").asLong(),
                                    null));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the record " + name + " is damaged", e);
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(wall.instant(), ZoneOffset.UTC);
    }

    private static String name(IdempotencyKey key, LocalDate day) {
        return PREFIX + day + "/" + key.name();
    }
}
