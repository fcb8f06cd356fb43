package dev.skerry.cache.store.disk.segment;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.disk.format.Footer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The entries of a segment's footer while the segment is written. When there is no memory for them
 * the segment gets no footer, and is read record by record at the next start. For one thread.
 */
final class FooterEntries implements AutoCloseable {
    private static final int BLOCK = 64 << 10;
    private static final int IN_A_BLOCK = BLOCK / Footer.Entry.BYTES;

    private final DirectMemory memory;
    private final List<DirectMemory.Block> blocks = new ArrayList<>();
    private final List<ByteBuffer> bytes = new ArrayList<>();
    private int count;
    private boolean incomplete;

    FooterEntries(DirectMemory memory) {
        this.memory = memory;
    }

    /** The bytes of a file's end with so many entries more than there are. */
    long footerBytes(int more) {
        return (long) (count + more) * Footer.Entry.BYTES + Footer.BYTES;
    }

    void add(Footer.Entry entry) {
        if (incomplete) {
            return;
        }
        int at = count % IN_A_BLOCK;
        if (at == 0) {
            DirectMemory.Block block = memory.take(BLOCK);
            if (block == null) {
                incomplete = true;
                return;
            }
            blocks.add(block);
            bytes.add(block.bytes().slice().order(ByteOrder.BIG_ENDIAN));
        }
        entry.write(bytes.getLast(), at * Footer.Entry.BYTES);
        count++;
    }

    boolean isComplete() {
        return !incomplete;
    }

    /** The entries as they go to disk. */
    List<ByteBuffer> bytes() {
        List<ByteBuffer> all = new ArrayList<>();
        for (int i = 0; i < bytes.size(); i++) {
            int entries = Math.min(count - i * IN_A_BLOCK, IN_A_BLOCK);
            all.add(bytes.get(i).slice(0, entries * Footer.Entry.BYTES));
        }
        return all;
    }

    /** The footer behind entries that begin here. */
    Footer footer(long at) {
        CRC32C crc = new CRC32C();
        bytes().forEach(crc::update);
        return new Footer(count, at, (int) crc.getValue());
    }

    @Override
    public void close() {
        blocks.forEach(DirectMemory.Block::close);
        blocks.clear();
        bytes.clear();
    }
}
