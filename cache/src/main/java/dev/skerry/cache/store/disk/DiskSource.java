package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.device.Device;
import dev.skerry.cache.store.disk.device.FileDevice;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk that a node is given.
 *
 * @param name for operators
 * @param options its sizes; a disk that was used before keeps its size of segments if it can
 * @param opener opens its device
 */
public record DiskSource(String name, DiskOptions options, Opener opener) {
    /** Opens a device, maybe again after it was closed. */
    @FunctionalInterface
    public interface Opener {
        /**
         * The device, for this process alone.
         *
         * @throws dev.skerry.cache.store.disk.device.RefusedException if an operator has to act
         */
        Device open() throws IOException;
    }

    /** A directory. */
    public static DiskSource of(Path directory, DiskOptions options) {
        return new DiskSource(directory.toString(), options, () -> FileDevice.open(directory));
    }
}
