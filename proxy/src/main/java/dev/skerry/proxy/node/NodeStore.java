package dev.skerry.proxy.node;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.disk.device.RefusedException;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.tiered.TieredStore;
import dev.skerry.config.node.NodeSettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node's responses lie: in memory, and on disks below.
 *
 * @param responses all of them
 * @param disks those that could be opened, in the order of the options
 */
record NodeStore(ResponseStore responses, List<NodeDisk> disks) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStore.class);

    /** So many bodies a process can have before their ids meet those of the next one. */
    private static final int BODY_BITS = 40;

    NodeStore {
        disks = List.copyOf(disks);
    }

    /**
     * Opens it. The ledgers are restored by now: what the disks hold may be served as soon as this
     * returns. A disk that does not work is left aside.
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
        NodeIdentity identity = state.identity();
        MemoryStore memory =
                MemoryStore.of(
                        settings.memoryBytes(), time::nanoTime, identity.start() << BODY_BITS);
        if (settings.disks().isEmpty()) {
            return new NodeStore(shutdown.later(memory), List.of());
        }
        identity.begin();
        try {
            NodeDisk disk =
                    NodeDisk.open(
                            1, settings.disks().getFirst(), identity, memory.directMemory(), time);
            TieredStore tiered =
                    shutdown.later(new TieredStore(memory, disk.tier(), executor, time::nanoTime));
            identity.settle();
            return new NodeStore(tiered, List.of(disk));
        } catch (RefusedException e) {
            memory.close();
            throw e;
        } catch (IOException e) {
            LOG.error("the disk {} cannot be used", settings.disks().getFirst().directory(), e);
            return new NodeStore(shutdown.later(memory), List.of());
        }
    }
}
