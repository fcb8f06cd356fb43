package dev.skerry.proxy.node;

import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.cache.store.disk.policy.SiteShare;
import dev.skerry.config.DiskShare;
import dev.skerry.config.Site;
import dev.skerry.config.text.Sizes;
import dev.skerry.net.metrics.Metrics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's disks, shared among its sites as they are now. Where the sites would be sure of more
 * than can be kept, because they come from several documents or name sizes that are too much for
 * these disks, each is sure of proportionally less. For one thread at a time.
 */
final class SharedDisks implements Consumer<List<Site>> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedDisks.class);

    private final DiskSet disks;
    private final Metrics metrics;
    private final Set<String> shown = new HashSet<>();
    private double told = 1;

    SharedDisks(DiskSet disks, Metrics metrics) {
        this.disks = disks;
        this.metrics = metrics;
    }

    @Override
    public void accept(List<Site> sites) {
        long capacity = disks.capacity();
        double held = held(sites, capacity);
        Map<String, SiteShare> shares = new HashMap<>();
        for (Site site : sites) {
            long floor = (long) (site.disk().floor(capacity) * held);
            shares.put(site.name(), new SiteShare(floor, site.disk().cap(capacity)));
        }
        disks.share(shares);
        sites.forEach(site -> show(site.name()));
    }

    /** How much of its floor each site can have: 1 for all of it. */
    private double held(List<Site> sites, long capacity) {
        double asked = sites.stream().mapToDouble(site -> site.disk().floor(capacity)).sum();
        long most = new DiskShare.Part(DiskShare.MOST_ASSURED).of(capacity);
        double held = asked > most ? most / asked : 1;
        if (held != told && held < 1) {
            LOG.warn(
                    "the sites' at-least come to {} of the {} that the disks have, and {} can be"
                            + " kept: each site is sure of {}% of what it names",
                    Sizes.format((long) asked),
                    Sizes.format(capacity),
                    Sizes.format(most),
                    (int) (held * 100));
        }
        told = held;
        return held;
    }

    private void show(String site) {
        if (shown.add(site)) {
            metrics.gauge(
                    "skerry_disk_site_bytes",
                    "Bytes of a site on all disks, until their segments are reclaimed.",
                    () -> disks.siteBytes(site),
                    "site",
                    site);
        }
    }
}
