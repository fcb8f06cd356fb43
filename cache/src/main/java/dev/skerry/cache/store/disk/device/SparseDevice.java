package dev.skerry.cache.store.disk.device;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A device in memory that keeps no zeros: for the replay of traces, where bodies are nothing else.
 * A disk of many gigabytes takes as much memory as its heads do. Nothing of it outlasts the
 * process.
 */
public final class SparseDevice implements Device {
    private final Map<String, Content> files = new HashMap<>();
    private Superblock superblock = Superblock.fresh(new UUID(1, 1));

    /** An empty one. */
    public SparseDevice() {}

    @Override
    public synchronized Superblock superblock() {
        return superblock;
    }

    @Override
    public synchronized void renew(Superblock next) {
        superblock = next;
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized DeviceFile create(String name) throws IOException {
        Content content = new Content();
        if (files.putIfAbsent(name, content) != null) {
            throw new FileAlreadyExistsException(name);
        }
        return new Open(name, content);
    }

    @Override
    public synchronized DeviceFile open(String name) throws IOException {
        Content content = files.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return new Open(name, content);
    }

    @Override
    public synchronized void delete(String name) {
        files.remove(name);
    }

    @Override
    public void sync() {
        // Nothing of it is durable.
    }

    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        // Nobody else can have it.
    }

    /** The pages of a file that are not all zeros. */
    private static final class Content {
        private static final int PAGE = 512;

        private final Map<Long, byte[]> pages = new HashMap<>();
        private long size;

        synchronized void write(ByteBuffer from, long position) {
            long at = position;
            while (from.hasRemaining()) {
                int inPage = (int) (at % PAGE);
                int count = Math.min(PAGE - inPage, from.remaining());
                put(at / PAGE, inPage, from.slice(from.position(), count));
                from.position(from.position() + count);
                at += count;
            }
            size = Math.max(size, at);
        }

        private void put(long page, int at, ByteBuffer bytes) {
            byte[] there = pages.get(page);
            if (there == null) {
                if (isZero(bytes)) {
                    return;
                }
                there = new byte[PAGE];
                pages.put(page, there);
            }
            bytes.get(0, there, at, bytes.remaining());
        }

        private static boolean isZero(ByteBuffer bytes) {
            int i = 0;
            for (; i + Long.BYTES <= bytes.remaining(); i += Long.BYTES) {
                if (bytes.getLong(i) != 0) {
                    return false;
                }
            }
            for (; i < bytes.remaining(); i++) {
                if (bytes.get(i) != 0) {
                    return false;
                }
            }
            return true;
        }

        synchronized int read(ByteBuffer into, long position) {
            int count = (int) Math.max(0, Math.min(into.remaining(), size - position));
            long at = position;
            for (int left = count; left > 0; ) {
                int inPage = (int) (at % PAGE);
                int next = Math.min(PAGE - inPage, left);
                byte[] page = pages.get(at / PAGE);
                into.put(page == null ? ZEROS : page, inPage, next);
                at += next;
                left -= next;
            }
            return count;
        }

        synchronized long size() {
            return size;
        }

        synchronized void truncate(long to) {
            size = Math.min(size, to);
            pages.keySet().removeIf(page -> page * PAGE >= to);
        }

        private static final byte[] ZEROS = new byte[PAGE];
    }

    private record Open(String name, Content content) implements DeviceFile {
        @Override
        public void write(ByteBuffer[] bytes, long position) {
            long at = position;
            for (ByteBuffer each : bytes) {
                int count = each.remaining();
                content.write(each, at);
                at += count;
            }
        }

        @Override
        public int tryRead(ByteBuffer into, long position) {
            int count = content.read(into, position);
            return count == 0 ? END : count;
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            if (content.size() - position < into.remaining()) {
                throw new EOFException(name + " ends at " + content.size());
            }
            content.read(into, position);
        }

        @Override
        public boolean isCached(long position, long length) {
            return position + length <= content.size();
        }

        @Override
        public void willNeed(long position, long length) {
            // It is there.
        }

        @Override
        public void sync() {
            // Nothing of it is durable.
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public void truncate(long size) {
            content.truncate(size);
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }

        @Override
        public void close() {
            // Its memory goes with its name.
        }
    }
}
