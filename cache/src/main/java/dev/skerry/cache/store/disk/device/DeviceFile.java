package dev.skerry.cache.store.disk.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * An open file of a {@link Device}. Any number of threads may read while one writes. A thread that
 * uses it should not be interrupted. After {@link #close} every method but close throws.
 */
public interface DeviceFile extends AutoCloseable {
    /** Nothing begins at this position. */
    int END = -1;

    /** The bytes are not in memory, or nobody can tell. */
    int WOULD_WAIT = -2;

    /** Its name in the directory. */
    String name();

    /**
     * Writes all remaining bytes of all buffers, one after the other.
     *
     * @throws DeviceFullException if there is no room; any prefix may have been written, as with
     *     every failure
     */
    void write(ByteBuffer[] bytes, long position) throws IOException;

    /**
     * Reads what is in memory, and never waits for the device.
     *
     * @param into a direct buffer with room; advanced by what was read
     * @return how many bytes were read, maybe fewer than there is room for; {@link #END}; {@link
     *     #WOULD_WAIT}
     */
    int tryRead(ByteBuffer into, long position) throws IOException;

    /**
     * Fills the buffer, waiting for the device.
     *
     * @throws java.io.EOFException if the file ends first
     */
    void read(ByteBuffer into, long position) throws IOException;

    /**
     * The same for who reads what nobody asked for: bytes that the system did not hold in memory
     * before, it does not hold afterwards either, as far as it can be told.
     */
    default void readAside(ByteBuffer into, long position) throws IOException {
        read(into, position);
    }

    /** Whether all of these bytes are in memory; false if nobody can tell. */
    boolean isCached(long position, long length);

    /** Asks the system to fetch these bytes soon. Does not wait for them. */
    void willNeed(long position, long length);

    /**
     * Has the system begin to write these bytes to the device, so that a later {@link #sync} has
     * less to wait for. May wait for the device, promises nothing, and never fails.
     */
    default void startWriting(long position, long length) {}

    /** Makes everything written so far durable. */
    void sync() throws IOException;

    /** In bytes. */
    long size() throws IOException;

    /** Cuts the file off at this size, if it is longer. */
    void truncate(long size) throws IOException;

    /**
     * For the system to send from without a copy; open as long as this file is; null if this device
     * has none. Its own position means nothing.
     */
    @Nullable FileChannel channel() throws IOException;

    /** What reads now ends well. Closing twice is fine. */
    @Override
    void close();
}
