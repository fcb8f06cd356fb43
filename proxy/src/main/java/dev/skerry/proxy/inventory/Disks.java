package dev.skerry.proxy.inventory;

import dev.skerry.cache.store.disk.DiskCounters;
import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.cache.store.disk.DiskStatus;
import dev.skerry.cache.store.disk.DiskTier;
import dev.skerry.cache.store.disk.ScrubProgress;
import dev.skerry.cache.store.disk.Verification;
import dev.skerry.cache.store.disk.policy.SiteShare;
import dev.skerry.config.text.JsonWriter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators ask of a node's disks, answered in JSON. Thread-safe. */
public final class Disks {
    /** So that clients notice little. */
    private static final long GENTLY = 32L << 20;

    private static final long FAST = Long.MAX_VALUE;

    private final @Nullable DiskSet set;

    /** Of a node; null for one without disks. */
    public Disks(@Nullable DiskSet set) {
        this.set = set;
    }

    /** A member with a list of the disks, in the order of the node's options. */
    void list(JsonWriter json) {
        json.list("disks");
        for (DiskStatus disk : all()) {
            DiskTier tier = disk.tier();
            json.object().put("disk", disk.name()).put("state", disk.word());
            json.put("reason", disk.reason()).put("sinceMillis", disk.sinceMillis());
            json.put("objects", tier == null ? 0 : tier.count());
            json.put("bytes", tier == null ? 0 : tier.bytes());
            json.put("capacityBytes", disk.capacity());
            json.put("indexBytes", tier == null ? 0 : tier.indexBytes());
            ScrubProgress scrub = tier == null ? ScrubProgress.NONE : tier.scrubbed();
            json.object("scrub").put("percent", Math.round(100 * scrub.position()));
            json.put("passes", scrub.passes()).put("lastPassMillis", scrub.lastPassMillis());
            json.put("damaged", disk.counters().get(DiskCounters.Event.SCRUB_DAMAGED)).end();
            json.end();
        }
        json.endList();
    }

    /** Members with what a site takes of the disks, dead bytes included, and may take. */
    void site(JsonWriter json, String site) {
        DiskSet present = set;
        if (present == null) {
            return;
        }
        SiteShare share = present.share(site);
        json.put("diskTakenBytes", present.siteBytes(site));
        json.put("diskAtLeastBytes", share.floor());
        if (share.cap() != Long.MAX_VALUE) {
            json.put("diskAtMostBytes", share.cap());
        }
    }

    /**
     * Reads everything on every disk; takes as long as that takes.
     *
     * @param fast as fast as the disks are, whatever clients notice
     */
    String verify(boolean fast) {
        JsonWriter json = new JsonWriter().object().list("disks");
        for (DiskStatus disk : all()) {
            DiskTier tier = disk.tier();
            Verification found =
                    tier == null ? Verification.NONE : tier.verify(fast ? FAST : GENTLY);
            json.object().put("disk", disk.name()).put("state", disk.word());
            json.put("responses", found.responses()).put("bytes", found.bytes());
            json.put("damaged", found.damaged()).putAll("examples", found.examples()).end();
        }
        return json.endList().end().toString();
    }

    /**
     * Brings a disk back.
     *
     * @param disk its place among the disks, from 1 on, or its directory as it was given
     * @throws IOException with a message for the operator
     */
    String resume(String disk) throws IOException {
        List<DiskStatus> disks = all();
        DiskSet present = set;
        for (int i = 0; i < disks.size() && present != null; i++) {
            DiskStatus before = disks.get(i);
            if (disk.equals(before.name()) || disk.equals(Integer.toString(i + 1))) {
                present.restore(before.name());
                return new JsonWriter()
                        .object()
                        .put("disk", before.name())
                        .put("was", before.word())
                        .put("reason", before.reason())
                        .put("state", all().get(i).word())
                        .end()
                        .toString();
            }
        }
        throw new IOException(
                disks.isEmpty()
                        ? "this node has no disk"
                        : "this node has no disk '%s': there %s".formatted(disk, names(disks)));
    }

    private static String names(List<DiskStatus> disks) {
        return (disks.size() == 1 ? "is " : "are ")
                + String.join(", ", disks.stream().map(DiskStatus::name).toList());
    }

    private List<DiskStatus> all() {
        return set == null ? List.of() : set.disks();
    }
}
