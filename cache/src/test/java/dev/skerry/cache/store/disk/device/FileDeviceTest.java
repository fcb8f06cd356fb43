package dev.skerry.cache.store.disk.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDeviceTest {
    private static final int SIZE = 300_000;

    @TempDir private Path folder;

    @Test
    void whatIsWrittenIsReadWithoutWaiting() throws IOException {
        byte[] bytes = random(SIZE);
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            file.write(
                    new ByteBuffer[] {
                        ByteBuffer.wrap(bytes, 0, 1000),
                        ByteBuffer.allocateDirect(SIZE - 1000).put(bytes, 1000, SIZE - 1000).flip()
                    },
                    10);

            ByteBuffer into = ByteBuffer.allocateDirect(SIZE);
            assertEquals(SIZE, file.tryRead(into, 10));
            assertArrayEquals(bytes, taken(into));
            assertEquals(SIZE + 10, file.size());
            assertEquals(DeviceFile.END, file.tryRead(ByteBuffer.allocateDirect(1), SIZE + 10));
            assertTrue(file.isCached(0, SIZE + 10));
        }
    }

    @Test
    void aReadOfWhatIsNotInMemoryWouldWait() throws IOException {
        byte[] bytes = random(SIZE);
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0);
            file.sync();
            ((RealFile) file).dontNeed(0, 0);

            assertFalse(file.isCached(0, SIZE));
            ByteBuffer into = ByteBuffer.allocateDirect(SIZE);
            assertEquals(DeviceFile.WOULD_WAIT, file.tryRead(into, 0));
            assertEquals(0, into.position());
            file.read(into, 0);
            assertArrayEquals(bytes, taken(into));
            assertTrue(file.isCached(0, SIZE));
        }
    }

    @Test
    void aFileThatEndsTooSoonIsAnError() throws IOException {
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            file.write(new ByteBuffer[] {ByteBuffer.allocate(100)}, 0);
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocateDirect(101), 0));
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocate(101), 0));
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] taken(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
