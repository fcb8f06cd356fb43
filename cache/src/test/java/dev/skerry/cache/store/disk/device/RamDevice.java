package dev.skerry.cache.store.disk.device;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A device in memory for simulations: it crashes when it is told to, and tells what the next
 * process finds. Files have less than 2 GiB.
 */
public final class RamDevice implements Device {
    private final long capacity;
    private final Map<String, RamFile> files = new HashMap<>();
    private Map<String, RamFile> syncedFiles = new HashMap<>();
    private Superblock superblock;
    private long used;
    private long writes;
    private long crashAt = Long.MAX_VALUE;
    private int crashAfter;
    private boolean crashed;
    private int open;

    /** An empty one without a limit. */
    public RamDevice() {
        this(Long.MAX_VALUE);
    }

    /** An empty one that is full at this many bytes. */
    public RamDevice(long capacity) {
        this(capacity, Superblock.fresh(new UUID(1, 1)));
    }

    /** An empty one of that identity. */
    public RamDevice(long capacity, Superblock superblock) {
        this.capacity = capacity;
        this.superblock = superblock;
    }

    /** How many writes have begun. */
    public synchronized long writes() {
        return writes;
    }

    /**
     * Lets the process die in a write: {@code bytes} of it happen, and from then on nothing does.
     *
     * @param write 0 for the next one
     * @param bytes if the write is shorter, the process dies after it
     */
    public synchronized void crashAt(long write, int bytes) {
        crashAt = writes + write;
        crashAfter = bytes;
    }

    /** Lets the process die now: this device and its files only fail from here on. */
    public synchronized void crash() {
        crashed = true;
    }

    /** How many files are open. */
    public synchronized int openFiles() {
        return open;
    }

    /** Whether the process has died. */
    public synchronized boolean crashed() {
        return crashed;
    }

    /** What the next process finds after this one was killed: all that was written. */
    public synchronized RamDevice afterKill() {
        crashed = true;
        RamDevice next = new RamDevice(capacity, superblock);
        next.files.putAll(files);
        next.syncedFiles.putAll(syncedFiles);
        next.used = used;
        return next;
    }

    /**
     * What the next process finds after the power failed: of the pages, lengths and names that were
     * not synced, any of the old ones and any of the new.
     */
    public synchronized RamDevice afterPowerLoss(RandomGenerator dice) {
        crashed = true;
        RamDevice next = new RamDevice(capacity, superblock);
        files.forEach((name, file) -> {
            if (syncedFiles.get(name) == file || dice.nextBoolean()) {
                next.files.put(name, file.afterPowerLoss(dice));
            }
        });
        syncedFiles.forEach((name, file) -> {
            if (!files.containsKey(name) && dice.nextBoolean()) {
                next.files.put(name, file.afterPowerLoss(dice));
            }
        });
        next.files.values().forEach(file -> next.used += file.size());
        next.syncedFiles = new HashMap<>(next.files);
        return next;
    }

    /** Turns one bit of a file around. */
    public synchronized void flip(String name, long position, int bit) {
        RamFile file = files.get(name);
        if (file == null || position >= file.size()) {
            throw new IllegalArgumentException("nothing there: " + name + " " + position);
        }
        file.bytes()[(int) position] ^= (byte) (1 << bit);
    }

    @Override
    public synchronized Superblock superblock() {
        return superblock;
    }

    @Override
    public synchronized void renew(Superblock next) throws IOException {
        alive();
        superblock = next;
    }

    @Override
    public synchronized List<String> list() throws IOException {
        alive();
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized DeviceFile create(String name) throws IOException {
        alive();
        RamFile file = new RamFile();
        if (files.putIfAbsent(name, file) != null) {
            throw new FileAlreadyExistsException(name);
        }
        return new Open(name, file);
    }

    @Override
    public synchronized DeviceFile open(String name) throws IOException {
        alive();
        RamFile file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return new Open(name, file);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        alive();
        RamFile file = files.remove(name);
        used -= file == null ? 0 : file.size();
    }

    @Override
    public synchronized void sync() throws IOException {
        alive();
        syncedFiles = new HashMap<>(files);
    }

    @Override
    public synchronized long freeBytes() throws IOException {
        alive();
        return capacity - used;
    }

    @Override
    public void close() {
        // Nobody else can have it.
    }

    private void alive() throws IOException {
        if (crashed) {
            throw new IOException("the process has died");
        }
    }

    private final class Open implements DeviceFile {
        private final String name;
        private final RamFile file;
        private boolean closed;

        Open(String name, RamFile file) {
            this.name = name;
            this.file = file;
            open++;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void write(ByteBuffer[] buffers, long position) throws IOException {
            synchronized (RamDevice.this) {
                usable();
                boolean dying = writes++ == crashAt;
                long left = dying ? crashAfter : Long.MAX_VALUE;
                int at = Math.toIntExact(position);
                for (ByteBuffer buffer : buffers) {
                    int n = (int) Math.min(buffer.remaining(), left);
                    boolean full = Math.max(at + n - file.size(), 0) > capacity - used;
                    if (full) {
                        n = (int) Math.max(capacity - used + file.size() - at, 0);
                    }
                    at = put(buffer, n, at);
                    left -= n;
                    if (full) {
                        throw new DeviceFullException(name);
                    }
                }
                crashed |= dying;
                alive();
            }
        }

        private int put(ByteBuffer buffer, int n, int at) {
            int before = file.size();
            file.touch(at, at + n);
            buffer.get(file.bytes(), at, n);
            if (files.get(name) == file) {
                used += file.size() - before;
            }
            return at + n;
        }

        @Override
        public int tryRead(ByteBuffer into, long position) throws IOException {
            if (!into.isDirect() || !into.hasRemaining()) {
                throw new IllegalArgumentException("a direct buffer with room is needed");
            }
            synchronized (RamDevice.this) {
                usable();
                if (position >= file.size()) {
                    return END;
                }
                int n = (int) Math.min(into.remaining(), file.size() - position);
                into.put(file.bytes(), (int) position, n);
                return n;
            }
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            synchronized (RamDevice.this) {
                usable();
                if (position + into.remaining() > file.size()) {
                    throw new EOFException(name + " ends at " + file.size());
                }
                into.put(file.bytes(), (int) position, into.remaining());
            }
        }

        @Override
        public boolean isCached(long position, long length) {
            synchronized (RamDevice.this) {
                return !closed && !crashed && position + length <= file.size();
            }
        }

        @Override
        public void willNeed(long position, long length) {
            // It is there.
        }

        @Override
        public void sync() throws IOException {
            synchronized (RamDevice.this) {
                usable();
                file.sync();
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (RamDevice.this) {
                usable();
                return file.size();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (RamDevice.this) {
                usable();
                int before = file.size();
                file.truncate(Math.toIntExact(size));
                if (files.get(name) == file) {
                    used -= before - file.size();
                }
            }
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }

        @Override
        public void close() {
            synchronized (RamDevice.this) {
                open -= closed ? 0 : 1;
                closed = true;
            }
        }

        private void usable() throws IOException {
            alive();
            if (closed) {
                throw new ClosedChannelException();
            }
        }
    }
}
