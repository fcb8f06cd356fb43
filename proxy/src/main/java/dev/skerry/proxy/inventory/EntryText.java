package dev.skerry.proxy.inventory;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.policy.CurrentAge;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.Stamp;
import dev.skerry.config.text.JsonWriter;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** Writes a stored response: in short for a list, or all of it but the body. */
final class EntryText {
    private final LongSupplier monotonicMillis;
    private final LongFunction<String> revisions;

    EntryText(LongSupplier monotonicMillis, LongFunction<String> revisions) {
        this.monotonicMillis = monotonicMillis;
        this.revisions = revisions;
    }

    /** One line of a list. */
    void inShort(JsonWriter json, KeyName name, Listing.Entry entry) {
        json.object().put("url", name.url()).put("site", name.site());
        common(json, entry);
        json.end();
    }

    /** Everything about it. */
    void inFull(JsonWriter json, Listing.Entry entry) {
        json.object();
        common(json, entry);
        Stamp stamp = entry.head().stamp();
        fields(json, "fields", entry.head().head().fields());
        json.putAll("vary", entry.head().vary());
        fields(json, "selecting", entry.head().selecting());
        json.putAll("extents", entry.extents().stream().map(EntryText::extent).toList());
        json.put("bornAt", revisions.apply(stamp.bornAt()));
        json.put("bornAtLocal", stamp.bornAtLocal());
        json.put("lifetimeMillis", stamp.lifetimeMillis());
        json.put("staleWhileRevalidateMillis", stamp.staleWhileRevalidateMillis());
        json.put("staleIfErrorMillis", stamp.staleIfErrorMillis());
        json.end();
    }

    private void common(JsonWriter json, Listing.Entry entry) {
        Stamp stamp = entry.head().stamp();
        long age =
                CurrentAge.nowMillis(
                        stamp.initialAgeMillis(),
                        stamp.receivedMillis(),
                        monotonicMillis.getAsLong());
        json.put("status", entry.head().head().status());
        json.put("ageMillis", age).put("ttlMillis", stamp.lifetimeMillis() - age);
        json.put("bytes", entry.bodyLength()).put("storedBytes", stored(entry));
        json.putAll("tags", entry.head().tags());
        json.put("tier", tier(entry)).put("place", entry.place());
        json.put("used", entry.used());
    }

    private static String tier(Listing.Entry entry) {
        if (!entry.memory()) {
            return "disk";
        }
        return entry.place() == null ? "memory" : "memory+disk";
    }

    private static long stored(Listing.Entry entry) {
        return entry.extents().stream().mapToLong(Extent::length).sum();
    }

    private static String extent(Extent extent) {
        return extent.from() + "-" + (extent.to() - 1);
    }

    private static void fields(JsonWriter json, String name, FieldList fields) {
        json.list(name);
        for (int i = 0; i < fields.size(); i++) {
            json.object().put("name", fields.name(i)).put("value", fields.value(i)).end();
        }
        json.endList();
    }
}
