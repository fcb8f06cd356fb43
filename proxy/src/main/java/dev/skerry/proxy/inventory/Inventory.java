package dev.skerry.proxy.inventory;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.config.text.JsonWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says in JSON what is stored. Reads all of it where need be, so it may take its time. */
public final class Inventory {
    /** The most responses that one list has. */
    public static final int MOST_ENTRIES = 10_000;

    private static final int MOST_SITES = 1000;

    private final String node;
    private final ResponseStore store;
    private final Disks disks;
    private final EntryText text;

    /**
     * Of a store.
     *
     * @param node the node's name
     * @param monotonicMillis the clock that the store's times are by
     * @param revisions how a revision in this node's numbers is called outside
     */
    public Inventory(
            String node,
            ResponseStore store,
            Disks disks,
            LongSupplier monotonicMillis,
            LongFunction<String> revisions) {
        this.node = node;
        this.store = store;
        this.disks = disks;
        this.text = new EntryText(monotonicMillis, revisions);
    }

    /**
     * Lists stored responses.
     *
     * @param site whose; null for any
     * @param prefix what their URLs begin with; empty for any
     * @param limit at most so many, 1 to {@link #MOST_ENTRIES}
     */
    public String list(@Nullable String site, String prefix, int limit) {
        JsonWriter json = new JsonWriter().object().put("node", node).list("entries");
        Some some = new Some(json, site, prefix, limit);
        store.list(some);
        return json.endList().put("more", some.left < 0).end().toString();
    }

    /** Everything stored under one key, but the bodies. */
    public String all(String url, CacheKey key) {
        JsonWriter json = new JsonWriter().object().put("node", node).put("url", url);
        json.put("key", "%016x%016x".formatted(key.high(), key.low())).list("variants");
        store.list(
                key,
                new Listing() {
                    @Override
                    public boolean wants(KeyName name) {
                        return true;
                    }

                    @Override
                    public boolean take(Entry entry) {
                        text.inFull(json, entry);
                        return true;
                    }
                });
        return json.endList().end().toString();
    }

    /** What each site has stored, by tier: reads the head of every stored response. */
    public String bySite() {
        Totals totals = new Totals();
        store.list(totals);
        JsonWriter json = new JsonWriter().object().put("node", node);
        json.object("memory")
                .put("objects", store.count())
                .put("bytes", store.bytes())
                .put("capacityBytes", store.capacity())
                .put("evictions", store.evictions())
                .end();
        disks.list(json);
        json.list("sites");
        totals.sites.forEach((site, total) -> {
            json.object()
                    .put("site", site)
                    .put("memoryObjects", total.memoryObjects)
                    .put("memoryBytes", total.memoryBytes)
                    .put("diskObjects", total.diskObjects)
                    .put("diskBytes", total.diskBytes);
            disks.site(json, site);
            json.end();
        });
        return json.endList().end().toString();
    }

    /** The first so many that fit; goes one further, to know whether there are more. */
    private final class Some implements Listing {
        private final JsonWriter json;
        private final @Nullable String site;
        private final String prefix;
        private int left;

        private Some(JsonWriter json, @Nullable String site, String prefix, int limit) {
            this.json = json;
            this.site = site;
            this.prefix = prefix;
            this.left = limit;
        }

        @Override
        public boolean wants(KeyName name) {
            return (site == null || name.site().equals(site)) && name.url().startsWith(prefix);
        }

        @Override
        public boolean take(Entry entry) {
            KeyName name = entry.head().name();
            if (name != null && --left >= 0) {
                text.inShort(json, name, entry);
            }
            return left >= 0;
        }
    }

    private static final class Total {
        private long memoryObjects;
        private long memoryBytes;
        private long diskObjects;
        private long diskBytes;
    }

    private static final class Totals implements Listing {
        private final Map<String, Total> sites = new TreeMap<>();

        @Override
        public boolean wants(KeyName name) {
            return sites.size() < MOST_SITES || sites.containsKey(name.site());
        }

        @Override
        public boolean take(Entry entry) {
            KeyName name = entry.head().name();
            if (name != null) {
                Total total = sites.computeIfAbsent(name.site(), site -> new Total());
                long bytes = entry.extents().stream().mapToLong(e -> e.length()).sum();
                if (entry.memory()) {
                    total.memoryObjects++;
                    total.memoryBytes += bytes;
                }
                if (entry.place() != null) {
                    total.diskObjects++;
                    total.diskBytes += bytes;
                }
            }
            return true;
        }
    }
}
