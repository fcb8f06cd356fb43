package dev.skerry.cache.store.disk.device;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A file of a {@link FileDevice}. */
final class RealFile implements DeviceFile {
    /** Of so many bytes, in whole pages, it is told whether any are in memory. */
    private static final long RUN = 16L * Posix.PAGE;

    private final Path path;
    private final FileChannel channel;
    private final @Nullable Posix posix;
    private final @Nullable Descriptor descriptor;

    /** What this kernel or file system does not know is asked once a file. */
    private volatile boolean readsWithoutWaiting = true;

    private volatile boolean statsTheCache = true;

    RealFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        posix = Posix.calls().orElse(null);
        if (posix == null) {
            descriptor = null;
            return;
        }
        int number = posix.open(path);
        if (number < 0) {
            throw failed("open", number);
        }
        descriptor = new Descriptor(posix, number);
    }

    @Override
    public String name() {
        return String.valueOf(path.getFileName());
    }

    @Override
    public void write(ByteBuffer[] bytes, long position) throws IOException {
        long left = 0;
        for (ByteBuffer buffer : bytes) {
            left += buffer.remaining();
        }
        try {
            synchronized (channel) {
                channel.position(position);
                while (left > 0) {
                    left -= channel.write(bytes);
                }
            }
        } catch (IOException e) {
            throw DeviceFullException.orSame(path.toString(), e);
        }
    }

    @Override
    public int tryRead(ByteBuffer into, long position) throws IOException {
        if (!into.isDirect() || !into.hasRemaining()) {
            throw new IllegalArgumentException("a direct buffer with room is needed");
        }
        if (!readsWithoutWaiting) {
            return WOULD_WAIT;
        }
        int n = read(into, position, false);
        if (n > 0) {
            return n;
        }
        return switch (-n) {
            case 0 -> END;
            case Posix.EAGAIN, Posix.EINTR -> WOULD_WAIT;
            case Posix.EOPNOTSUPP, Posix.ENOSYS, Posix.EINVAL -> {
                readsWithoutWaiting = false;
                yield WOULD_WAIT;
            }
            default -> throw failed("read", n);
        };
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int n =
                    descriptor != null && into.isDirect()
                            ? read(into, at, true)
                            : throughChannel(into, at);
            if (n == 0) {
                throw endsAt(at);
            }
            if (n > 0) {
                at += n;
            } else if (-n != Posix.EINTR) {
                throw failed("read", n);
            }
        }
    }

    /**
     * Through a descriptor of its own, for which the system reads nothing ahead; what it brought in
     * is let go again.
     */
    @Override
    public void readAside(ByteBuffer into, long position) throws IOException {
        int number = posix == null || !into.isDirect() ? -1 : posix.open(path);
        if (posix == null || number < 0) {
            // Without the calls, or its name is gone already.
            read(into, position);
            return;
        }
        long from = position / RUN;
        int runs = (int) ((position + into.remaining() - 1) / RUN - from) + 1;
        BitSet cold = new BitSet(runs);
        try {
            posix.advise(number, 0, 0, Posix.ADVICE_RANDOM);
            for (int i = 0; i < runs; i++) {
                cold.set(i, cachedPages(posix, number, (from + i) * RUN, RUN) == 0);
            }
            fill(posix, number, into, position);
            for (int i = cold.nextSetBit(0); i >= 0; i = cold.nextSetBit(i + 1)) {
                posix.advise(number, (from + i) * RUN, RUN, Posix.ADVICE_DONT_NEED);
            }
        } finally {
            posix.close(number);
        }
    }

    private void fill(Posix calls, int number, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int n = calls.read(number, into, at, true);
            if (n == 0) {
                throw endsAt(at);
            }
            if (n > 0) {
                at += n;
            } else if (-n != Posix.EINTR) {
                throw failed("read", n);
            }
        }
    }

    private EOFException endsAt(long position) {
        return new EOFException(path + " ends at " + position);
    }

    private int throughChannel(ByteBuffer into, long position) throws IOException {
        return Math.max(channel.read(into, position), 0);
    }

    /** Without descriptors every read would wait. */
    private int read(ByteBuffer into, long position, boolean wait) throws IOException {
        if (posix == null || descriptor == null) {
            return -Posix.EOPNOTSUPP;
        }
        int number = enter(descriptor);
        try {
            return posix.read(number, into, position, wait);
        } finally {
            descriptor.leave();
        }
    }

    @Override
    public boolean isCached(long position, long length) {
        if (posix == null || descriptor == null || length <= 0) {
            return false;
        }
        int number = descriptor.enter();
        if (number < 0) {
            return false;
        }
        try {
            return cachedPages(posix, number, position, length) == Posix.pages(position, length);
        } finally {
            descriptor.leave();
        }
    }

    /** How many pages of this run are in memory; negative if nobody can tell. */
    private long cachedPages(Posix calls, int number, long position, long length) {
        if (statsTheCache) {
            long cached = calls.cachedPages(number, position, length);
            if (cached >= 0) {
                return cached;
            }
            statsTheCache = false;
        }
        return calls.mappedPages(number, position, length);
    }

    @Override
    public void willNeed(long position, long length) {
        advise(position, length, Posix.ADVICE_WILL_NEED);
    }

    /** Lets the system drop these bytes from memory, if they are durable. */
    void dontNeed(long position, long length) {
        advise(position, length, Posix.ADVICE_DONT_NEED);
    }

    private void advise(long position, long length, int advice) {
        with((calls, number) -> calls.advise(number, position, length, advice));
    }

    @Override
    public void startWriting(long position, long length) {
        with((calls, number) -> calls.startWriting(number, position, length));
    }

    private interface Hint {
        int give(Posix calls, int descriptor);
    }

    /** Whatever comes of it. */
    private void with(Hint hint) {
        if (posix == null || descriptor == null) {
            return;
        }
        int number = descriptor.enter();
        if (number < 0) {
            return;
        }
        try {
            hint.give(posix, number);
        } finally {
            descriptor.leave();
        }
    }

    @Override
    public void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public FileChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        if (descriptor != null) {
            descriptor.close();
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Closing loses nothing that sync had promised.
        }
    }

    private static int enter(Descriptor descriptor) throws ClosedChannelException {
        int number = descriptor.enter();
        if (number < 0) {
            throw new ClosedChannelException();
        }
        return number;
    }

    private IOException failed(String what, int answer) {
        String reason = answer == -Posix.EIO ? "input/output error" : "error " + -answer;
        return new FileSystemException(path.toString(), null, what + ": " + reason);
    }
}
