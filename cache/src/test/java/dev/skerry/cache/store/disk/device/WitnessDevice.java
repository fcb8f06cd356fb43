package dev.skerry.cache.store.disk.device;

import dev.skerry.cache.store.disk.segment.SegmentFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees what a process does to a device: whether bytes are written twice, whether the number of a
 * segment is given twice, which files are open. Everything goes to another device.
 */
public final class WitnessDevice implements Device {
    private final Device inner;
    private final List<String> wrongs = new ArrayList<>();
    private final Map<String, Integer> open = new HashMap<>();
    private final Set<String> made = new HashSet<>();
    private long highest;

    /** Nothing has been seen. */
    public WitnessDevice(Device inner) {
        this.inner = inner;
        highest = highest();
    }

    private long highest() {
        try {
            return inner.list().stream()
                    .mapToLong(name -> SegmentFiles.number(name).orElse(0))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** What must not have been done, in words. */
    public synchronized List<String> wrongs() {
        return List.copyOf(wrongs);
    }

    /** How often this file is open. */
    public synchronized int timesOpen(String name) {
        return open.getOrDefault(name, 0);
    }

    /** How many files are open. */
    public synchronized int openFiles() {
        return open.values().stream().mapToInt(Integer::intValue).sum();
    }

    private synchronized void opened(String name, int more) {
        open.merge(name, more, Integer::sum);
    }

    private synchronized void wrong(String what) {
        wrongs.add(what);
    }

    /** Whether this process has made the file. */
    public synchronized boolean made(String name) {
        return made.contains(name);
    }

    private synchronized void given(String name) {
        made.add(name);
        OptionalLong number = SegmentFiles.number(name);
        if (number.isPresent()) {
            if (number.getAsLong() <= highest) {
                wrong(name + " is given after number " + highest);
            }
            highest = Math.max(highest, number.getAsLong());
        }
    }

    @Override
    public Superblock superblock() {
        return inner.superblock();
    }

    @Override
    public void renew(Superblock superblock) throws IOException {
        inner.renew(superblock);
    }

    @Override
    public List<String> list() throws IOException {
        return inner.list();
    }

    @Override
    public DeviceFile create(String name) throws IOException {
        given(name);
        return new Witnessed(inner.create(name), true);
    }

    @Override
    public DeviceFile open(String name) throws IOException {
        return new Witnessed(inner.open(name), false);
    }

    @Override
    public void delete(String name) throws IOException {
        inner.delete(name);
        emptied();
    }

    /** A disk that is emptied before it is used begins anew. */
    private synchronized void emptied() {
        if (made.isEmpty() && highest() == 0) {
            highest = 0;
        }
    }

    @Override
    public void sync() throws IOException {
        inner.sync();
    }

    @Override
    public long freeBytes() throws IOException {
        return inner.freeBytes();
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public String toString() {
        return inner.toString();
    }

    private final class Witnessed implements DeviceFile {
        private final DeviceFile file;

        /** Whether this process has made it. */
        private final boolean own;

        /** Where what has been written ends; whatever a failed write has left counts. */
        private long written;

        private boolean closed;

        Witnessed(DeviceFile file, boolean own) {
            this.file = file;
            this.own = own;
            opened(name(), 1);
        }

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public void write(ByteBuffer[] bytes, long position) throws IOException {
            long length = 0;
            for (ByteBuffer buffer : bytes) {
                length += buffer.remaining();
            }
            if (position < (own ? written : file.size())) {
                wrong(name() + " is written again at " + position);
            }
            written = position + length;
            file.write(bytes, position);
        }

        @Override
        public int tryRead(ByteBuffer into, long position) throws IOException {
            return file.tryRead(into, position);
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            file.read(into, position);
        }

        @Override
        public boolean isCached(long position, long length) {
            return file.isCached(position, length);
        }

        @Override
        public void willNeed(long position, long length) {
            file.willNeed(position, length);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            if (own && size < written) {
                wrong(name() + " is cut off at " + size);
            }
            file.truncate(size);
        }

        @Override
        public @Nullable FileChannel channel() throws IOException {
            return file.channel();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                opened(name(), -1);
            }
            file.close();
        }
    }
}
