package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.device.DeviceFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reading without waiting. */
final class Reads {
    private Reads() {}

    /**
     * Fills the buffer from what is in memory.
     *
     * @return false if not all of it is
     * @throws EOFException if the file ends first
     */
    static boolean tryFully(DeviceFile file, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int read = file.tryRead(into, at);
            if (read == DeviceFile.END) {
                throw new EOFException("the file ends at " + at);
            }
            if (read == DeviceFile.WOULD_WAIT) {
                return false;
            }
            at += read;
        }
        return true;
    }
}
