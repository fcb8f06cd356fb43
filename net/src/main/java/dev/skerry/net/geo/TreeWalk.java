package dev.skerry.net.geo;

import com.maxmind.db.Metadata;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.Map;

/**
 * Visits every node of a file's search tree once, and reads every record that a node points to
 * once. The library checks neither before a lookup comes across them.
 */
final class TreeWalk {
    /** Zero bytes between the tree and the records. */
    private static final int SEPARATOR = 16;

    private final byte[] file;
    private final Reader reader;
    private final int nodes;
    private final int recordBits;
    private final int depth;
    private final BitSet visited;
    private final BitSet read;
    private final byte[] address;
    private boolean anyPlace;

    TreeWalk(byte[] file, Reader reader) throws IOException {
        this.file = file;
        this.reader = reader;
        Metadata metadata = reader.getMetadata();
        this.recordBits = metadata.recordSize();
        long treeBytes = metadata.nodeCount() * recordBits / 4;
        if (metadata.nodeCount() < 1 || treeBytes + SEPARATOR > file.length) {
            throw new IOException("it ends within its search tree");
        }
        this.nodes = Math.toIntExact(metadata.nodeCount());
        this.depth = metadata.ipVersion() == 4 ? 32 : 128;
        this.address = new byte[depth / 8];
        this.visited = new BitSet(nodes);
        this.read = new BitSet();
    }

    /**
     * Walks.
     *
     * @return whether any record tells a place
     * @throws IOException when anything is wrong
     */
    boolean check() throws IOException {
        visit(0, 0);
        return anyPlace;
    }

    private void visit(int node, int bit) throws IOException {
        if (bit >= depth) {
            throw new IOException("its search tree is deeper than an address is long");
        }
        if (visited.get(node)) {
            return;
        }
        visited.set(node);
        for (int side = 0; side < 2; side++) {
            int mask = 0x80 >> bit % 8;
            if (side == 1) {
                address[bit / 8] |= (byte) mask;
            } else {
                address[bit / 8] &= (byte) ~mask;
            }
            follow(child(node, side), bit + 1);
        }
        address[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }

    private void follow(long target, int bit) throws IOException {
        if (target < nodes) {
            visit((int) target, bit);
        } else if (target > nodes) {
            long offset = target - nodes - SEPARATOR;
            if (offset < 0 || offset + nodes * (long) recordBits / 4 + SEPARATOR >= file.length) {
                throw new IOException("a node points outside of it");
            }
            if (!read.get((int) offset)) {
                read.set((int) offset);
                Map<?, ?> entry = reader.get(InetAddress.getByAddress(address), Map.class);
                anyPlace |= entry != null && PlaceReading.of(entry) != null;
            }
        }
    }

    private long child(int node, int side) {
        int at = Math.toIntExact((long) node * recordBits / 4);
        return switch (recordBits) {
            case 24 -> bytes(at + 3 * side, 3);
            case 28 -> {
                int middle = file[at + 3] & 0xff;
                long high = side == 0 ? middle >>> 4 : middle & 0x0f;
                yield high << 24 | bytes(at + 4 * side, 3);
            }
            case 32 -> bytes(at + 4 * side, 4);
            default -> throw new IllegalStateException("records of " + recordBits + " bits");
        };
    }

    private long bytes(int at, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (file[at + i] & 0xff);
        }
        return value;
    }
}
