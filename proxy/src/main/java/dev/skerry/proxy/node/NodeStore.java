package dev.skerry.proxy.node;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.disk.DiskClock;
import dev.skerry.cache.store.disk.DiskGround;
import dev.skerry.cache.store.disk.DiskOptions;
import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.cache.store.disk.DiskSource;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.tiered.TieredStore;
import dev.skerry.config.Site;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.net.metrics.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's responses lie: in memory, and on disks below.
 *
 * @param responses all of them
 * @param disks null without any
 */
record NodeStore(ResponseStore responses, @Nullable DiskSet disks) {
    /** So many bodies a process can have before their ids meet those of the next one. */
    private static final int BODY_BITS = 40;

    /** One object takes such a part of a disk at most, so that it does not sweep the rest out. */
    private static final int OBJECTS_AT_LEAST = 4;

    /**
     * Opens it. The ledgers are restored by now: what the disks hold may be served as soon as this
     * returns.
     *
     * @param executor for what waits for disks; ends before the store does
     * @throws IOException when a directory is not one of this node's, or somebody else uses it
     */
    static NodeStore open(
            NodeSettings settings,
            NodeState state,
            TimeSource time,
            Executor executor,
            Shutdown shutdown)
            throws IOException {
        MemoryStore memory =
                MemoryStore.of(
                        settings.memoryBytes(),
                        time::nanoTime,
                        state.identity().start() << BODY_BITS);
        if (settings.disks().isEmpty()) {
            return new NodeStore(shutdown.later(memory), null);
        }
        List<DiskSource> sources =
                settings.disks().stream()
                        .map(disk -> DiskSource.of(disk.directory(), DiskOptions.of(disk.bytes())))
                        .toList();
        DiskClock clock = new DiskClock(time::monotonicMillis, time::wallMillis);
        try {
            DiskSet disks =
                    DiskSet.open(
                            sources,
                            state.identity(),
                            new DiskGround(memory.directMemory(), clock, state.survivors()));
            TieredStore both =
                    shutdown.later(
                            new TieredStore(
                                    memory,
                                    disks,
                                    maxObjectBytes(settings),
                                    executor,
                                    time::nanoTime));
            if (settings.diskScrub() > 0) {
                shutdown.later(DiskScrubber.start(disks, settings.diskScrub()));
            }
            return new NodeStore(both, disks);
        } catch (IOException | RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /** What is to hear of the node's sites whenever they change. */
    Consumer<List<Site>> sharing(Metrics metrics) {
        DiskSet shared = disks;
        return shared == null ? sites -> {} : new SharedDisks(shared, metrics);
    }

    /** A body lies on one disk, whichever its key belongs to. */
    private static long maxObjectBytes(NodeSettings settings) {
        return settings.disks().stream().mapToLong(NodeSettings.Disk::bytes).min().orElse(0)
                / OBJECTS_AT_LEAST;
    }
}
