package dev.skerry.cache.store.disk.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C, as every checksum on disk is. */
public final class Checksum {
    private Checksum() {}

    /** Of so many bytes from {@code at} on; the buffer's position is as before. */
    public static int of(ByteBuffer bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at, length));
        return (int) crc.getValue();
    }
}
