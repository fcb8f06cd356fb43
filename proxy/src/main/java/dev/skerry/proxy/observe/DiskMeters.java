package dev.skerry.proxy.observe;

import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.cache.store.disk.DiskStatus;
import dev.skerry.cache.store.disk.DiskTier;
import dev.skerry.net.metrics.Metrics;
import java.util.function.ToLongFunction;

/** The figures of a node's disks: {@code skerry_disk_*}, each disk by its place among them. */
public final class DiskMeters {
    private DiskMeters() {}

    /** Shows the disks. */
    public static void disks(Metrics metrics, DiskSet set) {
        for (int i = 0; i < set.disks().size(); i++) {
            disk(metrics, set, i);
        }
    }

    private static void disk(Metrics metrics, DiskSet set, int place) {
        String disk = Integer.toString(place + 1);
        metrics.gauge(
                "skerry_disk_serving",
                "0 for a disk that has stepped aside.",
                () -> set.disks().get(place).state() == DiskStatus.State.SERVING ? 1 : 0,
                "disk",
                disk);
        metrics.gauge(
                "skerry_disk_capacity_bytes",
                "The most bytes that it may take.",
                () -> set.disks().get(place).capacity(),
                "disk",
                disk);
        held(metrics, set, place, "skerry_disk_bytes", "Bytes of its segments.", DiskTier::bytes);
        held(metrics, set, place, "skerry_disk_objects", "Stored responses.", DiskTier::count);
        held(
                metrics,
                set,
                place,
                "skerry_disk_index_bytes",
                "Memory that its index takes.",
                DiskTier::indexBytes);
        held(
                metrics,
                set,
                place,
                "skerry_disk_scrub_position_percent",
                "How much of the pass under way is read.",
                tier -> Math.round(100 * tier.scrubbed().position()));
        held(
                metrics,
                set,
                place,
                "skerry_disk_scrub_last_pass_timestamp_seconds",
                "When everything had last been read; 0: not since it was opened.",
                tier -> tier.scrubbed().lastPassMillis() / 1000);
        for (Event event : Event.values()) {
            count(metrics, set, place, event);
        }
    }

    private static void held(
            Metrics metrics,
            DiskSet set,
            int place,
            String name,
            String description,
            ToLongFunction<DiskTier> value) {
        metrics.gauge(
                name,
                description,
                () -> {
                    DiskTier tier = set.disks().get(place).tier();
                    return tier == null ? 0 : value.applyAsLong(tier);
                },
                "disk",
                Integer.toString(place + 1));
    }

    private static void count(Metrics metrics, DiskSet set, int place, Event event) {
        String disk = Integer.toString(place + 1);
        switch (event) {
            case BYTES_WRITTEN ->
                    metrics.count(
                            "skerry_disk_written_bytes_total",
                            "Bytes that were appended.",
                            () -> set.disks().get(place).counters().get(event),
                            "disk",
                            disk);
            case BYTES_REINSERTED ->
                    metrics.count(
                            "skerry_disk_reinserted_bytes_total",
                            "Bytes that were appended again when their segment was reclaimed.",
                            () -> set.disks().get(place).counters().get(event),
                            "disk",
                            disk);
            case BYTES_SCRUBBED ->
                    metrics.count(
                            "skerry_disk_scrubbed_bytes_total",
                            "Bytes that were read in the background.",
                            () -> set.disks().get(place).counters().get(event),
                            "disk",
                            disk);
            default ->
                    metrics.count(
                            "skerry_disk_events_total",
                            "What happened on a disk.",
                            () -> set.disks().get(place).counters().get(event),
                            "disk",
                            disk,
                            "event",
                            event.word());
        }
    }
}
