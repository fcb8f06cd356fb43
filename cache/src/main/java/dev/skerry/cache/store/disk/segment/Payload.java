package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The bytes of an extent that is about to be written, where they lie, and their checksums. */
public final class Payload {
    private final List<ByteBuffer> bytes = new ArrayList<>();
    private final int[] checksums = new int[ExtentRecord.MAX_PAYLOAD / ExtentRecord.BLOCK];
    private final CRC32C crc = new CRC32C();
    private int length;

    private Payload() {}

    /**
     * The next bytes of a reader, which must stay as they are until they are written.
     *
     * @param most 1 to {@link ExtentRecord#MAX_PAYLOAD}
     * @throws IOException when there are none, though the reader's end has not come
     */
    public static Payload next(BodyReader reader, int most) throws IOException {
        Payload payload = new Payload();
        while (payload.length < most && !reader.ended()) {
            ByteBuffer next = reader.next();
            if (next == null) {
                throw new IOException("a part of a body has no more bytes");
            }
            payload.add(next, Math.min(next.remaining(), most - payload.length));
        }
        payload.endBlock();
        return payload;
    }

    /** These bytes. */
    public static Payload of(ByteBuffer bytes) {
        Payload payload = new Payload();
        payload.add(bytes.duplicate(), bytes.remaining());
        payload.endBlock();
        return payload;
    }

    private void add(ByteBuffer from, int count) {
        bytes.add(from.slice(from.position(), count));
        int end = from.position() + count;
        while (from.position() < end) {
            int inBlock = ExtentRecord.BLOCK - length % ExtentRecord.BLOCK;
            int step = Math.min(inBlock, end - from.position());
            crc.update(from.slice(from.position(), step));
            from.position(from.position() + step);
            length += step;
            if (step == inBlock) {
                endFullBlock();
            }
        }
    }

    private void endFullBlock() {
        checksums[length / ExtentRecord.BLOCK - 1] = (int) crc.getValue();
        crc.reset();
    }

    private void endBlock() {
        if (length % ExtentRecord.BLOCK != 0) {
            checksums[length / ExtentRecord.BLOCK] = (int) crc.getValue();
        }
    }

    /** How many bytes. */
    public int length() {
        return length;
    }

    List<ByteBuffer> bytes() {
        return bytes;
    }

    int[] checksums() {
        return checksums;
    }
}
