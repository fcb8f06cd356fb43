package dev.skerry.cache.store;

import java.nio.channels.FileChannel;

/**
 * Bytes of a body that lie in a file, verified, and in the page cache as far as anybody can tell:
 * the system can send them without a copy and without waiting for a device.
 *
 * @param channel open as long as the reader that gave this is; its own position means nothing
 * @param position of the first byte in the file
 * @param length at least 1
 */
public record FileSpan(FileChannel channel, long position, int length) {}
