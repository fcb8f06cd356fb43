package dev.skerry.cache.store.disk.device;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A device that steps aside when it proves broken: at the first error in anything but a read, and
 * at the third read within a minute that fails. From then on nothing reaches it any more; every
 * call fails at once. That there is no room, or no such file, or less in it than expected, is no
 * such error.
 */
public final class GuardedDevice implements Device {
    /** So many reads that fail within {@link #WINDOW} are too many. */
    static final int READ_ERRORS = 3;

    static final long WINDOW = TimeUnit.MINUTES.toMillis(1);

    private final Device inner;
    private final LongSupplier millis;
    private final Consumer<IOException> steppedAside;
    private final AtomicReference<@Nullable IOException> broken = new AtomicReference<>();

    /** When the last reads failed, round and round; the next one takes the oldest's place. */
    private final long[] failedReads = new long[READ_ERRORS];

    private int failed;

    /**
     * Guards a device, which it owns.
     *
     * @param millis time that only grows
     * @param steppedAside called once, on the thread that met the error
     */
    public GuardedDevice(Device inner, LongSupplier millis, Consumer<IOException> steppedAside) {
        this.inner = inner;
        this.millis = millis;
        this.steppedAside = steppedAside;
    }

    @Override
    public Superblock superblock() {
        return inner.superblock();
    }

    @Override
    public void renew(Superblock superblock) throws IOException {
        change(() -> {
            inner.renew(superblock);
            return null;
        });
    }

    @Override
    public List<String> list() throws IOException {
        return change(inner::list);
    }

    @Override
    public DeviceFile create(String name) throws IOException {
        return change(() -> new Guarded(inner.create(name)));
    }

    @Override
    public DeviceFile open(String name) throws IOException {
        refuseIfBroken();
        try {
            return new Guarded(inner.open(name));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            stepAside(e);
            throw e;
        }
    }

    @Override
    public void delete(String name) throws IOException {
        change(() -> {
            inner.delete(name);
            return null;
        });
    }

    @Override
    public void sync() throws IOException {
        change(() -> {
            inner.sync();
            return null;
        });
    }

    @Override
    public long freeBytes() throws IOException {
        return change(inner::freeBytes);
    }

    @Override
    public void close() {
        inner.close();
    }

    private interface Call<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private <T extends @Nullable Object> T change(Call<T> call) throws IOException {
        refuseIfBroken();
        try {
            return call.run();
        } catch (IOException e) {
            if (isOfTheDevice(e)) {
                stepAside(e);
            }
            throw e;
        }
    }

    private void refuseIfBroken() throws IOException {
        IOException reason = broken.get();
        if (reason != null) {
            throw new IOException("the disk has stepped aside: " + reason.getMessage());
        }
    }

    private static boolean isOfTheDevice(IOException e) {
        return !(e instanceof DeviceFullException
                || e instanceof EOFException
                || e instanceof ClosedChannelException);
    }

    private void readFailed(IOException e) {
        if (isOfTheDevice(e) && tooMany()) {
            stepAside(e);
        }
    }

    private synchronized boolean tooMany() {
        long now = millis.getAsLong();
        int place = failed++ % READ_ERRORS;
        failedReads[place] = now;
        long oldest = failedReads[failed % READ_ERRORS];
        return failed >= READ_ERRORS && now - oldest <= WINDOW;
    }

    private void stepAside(IOException e) {
        if (broken.compareAndSet(null, e)) {
            steppedAside.accept(e);
        }
    }

    private final class Guarded implements DeviceFile {
        private final DeviceFile file;

        Guarded(DeviceFile file) {
            this.file = file;
        }

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public void write(ByteBuffer[] bytes, long position) throws IOException {
            change(() -> {
                file.write(bytes, position);
                return null;
            });
        }

        @Override
        public int tryRead(ByteBuffer into, long position) throws IOException {
            refuseIfBroken();
            try {
                return file.tryRead(into, position);
            } catch (IOException e) {
                readFailed(e);
                throw e;
            }
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            refuseIfBroken();
            try {
                file.read(into, position);
            } catch (IOException e) {
                readFailed(e);
                throw e;
            }
        }

        /**
         * A failure is not held against the device: whoever reads all of it comes upon every bad
         * place within a minute, and one place alone may hold many records.
         */
        @Override
        public void readAside(ByteBuffer into, long position) throws IOException {
            refuseIfBroken();
            file.readAside(into, position);
        }

        @Override
        public boolean isCached(long position, long length) {
            return broken.get() == null && file.isCached(position, length);
        }

        @Override
        public void willNeed(long position, long length) {
            if (broken.get() == null) {
                file.willNeed(position, length);
            }
        }

        @Override
        public void startWriting(long position, long length) {
            if (broken.get() == null) {
                file.startWriting(position, length);
            }
        }

        @Override
        public void sync() throws IOException {
            change(() -> {
                file.sync();
                return null;
            });
        }

        @Override
        public long size() throws IOException {
            return change(file::size);
        }

        @Override
        public void truncate(long size) throws IOException {
            change(() -> {
                file.truncate(size);
                return null;
            });
        }

        @Override
        public @Nullable FileChannel channel() throws IOException {
            return broken.get() == null ? file.channel() : null;
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
