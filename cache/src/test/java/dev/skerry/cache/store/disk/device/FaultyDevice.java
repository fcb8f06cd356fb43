package dev.skerry.cache.store.disk.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A device whose faults are scripted, or drawn from a seed. Everything else goes to another one.
 * Faults of reads do not touch {@link DeviceFile#channel}.
 */
public final class FaultyDevice implements Device {
    private static final long PATIENCE_SECONDS = 30;

    /** What can be made to fail. */
    public enum Call {
        LIST,
        CREATE,
        OPEN,
        DELETE,
        READ,
        WRITE,
        SYNC
    }

    private final Device inner;
    private final Random dice;
    private final Map<Call, Integer> calls = new EnumMap<>(Call.class);
    private final Map<Call, Double> rates = new EnumMap<>(Call.class);
    private final List<Fault> script = new ArrayList<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Set<Flip> flips = ConcurrentHashMap.newKeySet();
    private long roomLeft = Long.MAX_VALUE;
    private boolean gateClosed;
    private int waiting;
    private boolean cold;
    private boolean shortReads;

    /** Without faults for now. */
    public FaultyDevice(Device inner, long seed) {
        this.inner = inner;
        dice = new Random(seed);
    }

    /** How many calls of this kind have begun. */
    public synchronized int calls(Call call) {
        return calls.getOrDefault(call, 0);
    }

    /**
     * Lets calls fail with an input or output error.
     *
     * @param after how many of this kind go well before
     * @param times how many fail
     */
    public void fail(Call call, int after, int times) {
        tear(call, after, times, 0);
    }

    /** Lets one write fail after this many bytes of it. */
    public void tearWrite(int after, int bytes) {
        tear(Call.WRITE, after, 1, bytes);
    }

    private synchronized void tear(Call call, int after, int times, int bytes) {
        int from = calls(call) + after;
        script.add(new Fault(call, from, (int) Math.min(from + (long) times, 1 << 30), bytes));
    }

    /** Lets calls of this kind fail by chance, until the rate is 0. */
    public synchronized void failAtRandom(Call call, double rate) {
        rates.put(call, rate);
    }

    /** Nothing fails from here on; what is lost or turned around stays so. */
    public synchronized void heal() {
        script.clear();
        rates.clear();
        roomLeft = Long.MAX_VALUE;
        openGate();
    }

    /** The device is full when this many bytes more have been written. */
    public synchronized void roomLeft(long bytes) {
        roomLeft = bytes;
    }

    /** Nothing is in memory: reads that may not wait are refused. */
    public synchronized void cold(boolean cold) {
        this.cold = cold;
    }

    /** Reads that may not wait answer with a part of what they could. */
    public synchronized void shortReads(boolean shortReads) {
        this.shortReads = shortReads;
    }

    /** Reads wait in front of the gate, until it is opened; those that may not wait are refused. */
    public synchronized void closeGate() {
        gateClosed = true;
    }

    /** Lets those go on that wait, and all others. */
    public synchronized void openGate() {
        gateClosed = false;
        notifyAll();
    }

    /** Waits until this many reads wait in front of the gate. */
    public synchronized void awaitWaiting(int reads) {
        await(() -> waiting >= reads);
    }

    /** A file is not there any more. */
    public void lose(String name) {
        lost.add(name);
    }

    /** One bit of what is read of a file is the other one from here on. */
    public void flip(String name, long position, int bit) {
        flips.add(new Flip(name, position, bit));
    }

    @Override
    public Superblock superblock() {
        return inner.superblock();
    }

    @Override
    public void renew(Superblock superblock) throws IOException {
        begin(Call.WRITE);
        inner.renew(superblock);
    }

    @Override
    public List<String> list() throws IOException {
        begin(Call.LIST);
        return inner.list().stream().filter(name -> !lost.contains(name)).toList();
    }

    @Override
    public DeviceFile create(String name) throws IOException {
        begin(Call.CREATE);
        return new Faulty(inner.create(name));
    }

    @Override
    public DeviceFile open(String name) throws IOException {
        begin(Call.OPEN);
        if (lost.contains(name)) {
            throw new NoSuchFileException(name);
        }
        return new Faulty(inner.open(name));
    }

    @Override
    public void delete(String name) throws IOException {
        begin(Call.DELETE);
        inner.delete(name);
    }

    @Override
    public void sync() throws IOException {
        begin(Call.SYNC);
        inner.sync();
    }

    @Override
    public long freeBytes() throws IOException {
        synchronized (this) {
            return Math.min(inner.freeBytes(), roomLeft);
        }
    }

    @Override
    public void close() {
        inner.close();
    }

    private void begin(Call call) throws IOException {
        if (fault(call) != null) {
            throw error(call);
        }
    }

    private synchronized @Nullable Fault fault(Call call) {
        int number = calls.merge(call, 1, Integer::sum) - 1;
        for (Fault fault : script) {
            if (fault.call == call && number >= fault.from && number < fault.to) {
                return fault;
            }
        }
        double rate = rates.getOrDefault(call, 0.0);
        return rate > 0 && dice.nextDouble() < rate
                ? new Fault(call, number, number + 1, dice.nextInt(8192))
                : null;
    }

    private static IOException error(Call call) {
        return new IOException(call + ": Input/output error");
    }

    private synchronized boolean wouldWait() {
        return cold || gateClosed;
    }

    private synchronized void passGate() {
        waiting++;
        notifyAll();
        await(() -> !gateClosed);
        waiting--;
    }

    private synchronized void await(BooleanSupplier done) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (!done.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("nothing happened in " + PATIENCE_SECONDS + " s");
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** How many bytes of a write fit; they are taken. */
    private synchronized long takeRoom(long bytes) {
        long taken = Math.min(bytes, roomLeft);
        roomLeft -= roomLeft == Long.MAX_VALUE ? 0 : taken;
        return taken;
    }

    private synchronized int shortened(int room) {
        return shortReads ? 1 + dice.nextInt(room) : room;
    }

    /** Calls of a kind, by their number, and how many bytes a write does before. */
    private record Fault(Call call, int from, int to, int bytes) {}

    private record Flip(String file, long position, int bit) {}

    private final class Faulty implements DeviceFile {
        private final DeviceFile file;

        Faulty(DeviceFile file) {
            this.file = file;
        }

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public void write(ByteBuffer[] bytes, long position) throws IOException {
            Fault fault = fault(Call.WRITE);
            long length = 0;
            for (ByteBuffer buffer : bytes) {
                length += buffer.remaining();
            }
            if (fault != null) {
                file.write(prefix(bytes, Math.min(fault.bytes, length)), position);
                throw error(Call.WRITE);
            }
            long fits = takeRoom(length);
            if (fits < length) {
                file.write(prefix(bytes, fits), position);
                throw new DeviceFullException(name());
            }
            file.write(bytes, position);
        }

        private ByteBuffer[] prefix(ByteBuffer[] bytes, long length) {
            List<ByteBuffer> some = new ArrayList<>();
            long left = length;
            for (ByteBuffer buffer : bytes) {
                int n = (int) Math.min(left, buffer.remaining());
                some.add(buffer.slice(buffer.position(), n));
                left -= n;
            }
            return some.toArray(ByteBuffer[]::new);
        }

        @Override
        public int tryRead(ByteBuffer into, long position) throws IOException {
            if (wouldWait()) {
                return WOULD_WAIT;
            }
            begin(Call.READ);
            int from = into.position();
            int limit = into.limit();
            into.limit(from + shortened(into.remaining()));
            int n = file.tryRead(into, position);
            into.limit(limit);
            turn(into, from, position);
            return n;
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            passGate();
            begin(Call.READ);
            int from = into.position();
            file.read(into, position);
            turn(into, from, position);
        }

        private void turn(ByteBuffer into, int from, long position) {
            for (Flip flip : flips) {
                long at = from + flip.position - position;
                if (flip.file.equals(name()) && at >= from && at < into.position()) {
                    into.put((int) at, (byte) (into.get((int) at) ^ (1 << flip.bit)));
                }
            }
        }

        @Override
        public boolean isCached(long position, long length) {
            return !wouldWait() && file.isCached(position, length);
        }

        @Override
        public void willNeed(long position, long length) {
            file.willNeed(position, length);
        }

        @Override
        public void sync() throws IOException {
            begin(Call.SYNC);
            file.sync();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            begin(Call.WRITE);
            file.truncate(size);
        }

        @Override
        public @Nullable FileChannel channel() throws IOException {
            return file.channel();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
