package dev.skerry.proxy.node;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.disk.DiskClock;
import dev.skerry.cache.store.disk.DiskOptions;
import dev.skerry.cache.store.disk.DiskTier;
import dev.skerry.cache.store.disk.device.FileDevice;
import dev.skerry.cache.store.disk.device.GuardedDevice;
import dev.skerry.cache.store.disk.device.Superblock;
import dev.skerry.config.node.NodeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk of a node.
 *
 * @param number its place among the options, from 1
 * @param bytes what its files may take
 * @param aside whether it has stepped aside
 */
record NodeDisk(int number, Path directory, long bytes, DiskTier tier, AtomicBoolean aside) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDisk.class);

    /**
     * Opens it, and marks it as this node's. What another node stored there, or this one under
     * ledgers that are gone, is deleted first.
     *
     * @throws IOException when it cannot be used
     */
    static NodeDisk open(
            int number,
            NodeSettings.Disk disk,
            NodeIdentity identity,
            DirectMemory memory,
            TimeSource time)
            throws IOException {
        AtomicBoolean aside = new AtomicBoolean();
        FileDevice device = FileDevice.open(disk.directory());
        try {
            claim(device, disk.directory(), identity);
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
        DiskTier tier =
                DiskTier.open(
                        new GuardedDevice(
                                device,
                                time::nanoTime,
                                reason -> {
                                    aside.set(true);
                                    LOG.error(
                                            "disk {} ({}) IS NOT USED ANY MORE: the node goes on"
                                                    + " without it",
                                            number,
                                            disk.directory(),
                                            reason);
                                }),
                        DiskOptions.of(disk.bytes()),
                        memory,
                        new DiskClock(time::monotonicMillis, time::wallMillis));
        LOG.info("disk {} ({}): {} responses are there", number, disk.directory(), tier.count());
        return new NodeDisk(number, disk.directory(), disk.bytes(), tier, aside);
    }

    private static void claim(FileDevice device, Path directory, NodeIdentity identity)
            throws IOException {
        Superblock before = device.superblock();
        if (identity.trusts(before.lineage())) {
            device.renew(
                    new Superblock(
                            before.disk(),
                            identity.lineage(),
                            before.segmentBytes(),
                            before.eras()));
            return;
        }
        if (!before.lineage().isEmpty()) {
            LOG.warn(
                    "{}: what is there was stored under other purge ledgers than this node's, and is"
                            + " forgotten",
                    directory);
        }
        for (String name : device.list()) {
            device.delete(name);
        }
        device.sync();
        Superblock fresh = Superblock.fresh(before.disk());
        device.renew(
                new Superblock(
                        fresh.disk(), identity.lineage(), fresh.segmentBytes(), fresh.eras()));
    }
}
