package dev.skerry.cache.store.disk.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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

    @Test
    void readsWaitWhereTheFileSystemHasNoOthers() throws IOException {
        Path file = Path.of("/proc/self/comm");
        assumeTrue(Files.isWritable(file));
        try (RealFile comm = real(file)) {
            ByteBuffer into = ByteBuffer.allocateDirect(1);
            assertEquals(DeviceFile.WOULD_WAIT, comm.tryRead(into, 0));
            comm.read(into, 0);
            assertFalse(into.hasRemaining());
        }
    }

    @Test
    void aFullDeviceSaysSo() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full));
        try (RealFile file = real(full)) {
            IOException failure =
                    assertThrows(DeviceFullException.class, () -> write(file, new byte[10], 0));
            assertEquals("no space left for /dev/full", failure.getMessage());
        }
    }

    @Test
    void mappingsTellWhatIsInMemoryToo() throws IOException {
        byte[] bytes = random(SIZE);
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            write(file, bytes, 0);
            file.sync();
            Posix posix = Posix.calls().orElseThrow();
            int number = posix.open(folder.resolve("a"));
            assertEquals(3, posix.mappedPages(number, 4095, 4098));
            posix.advise(number, 0, 0, Posix.ADVICE_DONT_NEED);
            assertEquals(0, posix.mappedPages(number, 4095, 4098));
            assertEquals(0, posix.close(number));
            assertEquals(-9, posix.mappedPages(number, 0, 1), "EBADF");
            assertEquals(-9, posix.cachedPages(number, 0, 1), "EBADF");
        }
    }

    @Test
    void aReadAsideLeavesWhatIsInMemoryAsItWas() throws IOException {
        int size = 1 << 20;
        byte[] bytes = random(size);
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            write(file, bytes, 0);
            file.sync();
            ((RealFile) file).dontNeed(0, 0);
            file.read(ByteBuffer.allocateDirect(65_536), 524_288);
            assertTrue(file.isCached(524_288, 65_536));
            ((RealFile) file).dontNeed(524_288 + 65_536, 0);

            for (int at : new int[] {0, 100_001, 500_000}) {
                ByteBuffer into = ByteBuffer.allocateDirect(150_000);
                file.readAside(into, at);
                assertArrayEquals(Arrays.copyOfRange(bytes, at, at + 150_000), taken(into));
            }

            assertTrue(file.isCached(524_288, 65_536), "what was there is there");
            assertFalse(holdsAny(file, 0, 524_288), "nothing else is, nor was read ahead");
            assertFalse(holdsAny(file, 589_824, size));
            ByteBuffer beyond = ByteBuffer.allocateDirect(2);
            assertThrows(EOFException.class, () -> file.readAside(beyond, size - 1));
        }
    }

    private static boolean holdsAny(DeviceFile file, int from, int to) {
        for (int at = from; at < to; at += 4096) {
            if (file.isCached(at, 4096)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aReadAsideOfAFileWithoutANameIsARead() throws IOException {
        byte[] bytes = random(100);
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            write(file, bytes, 0);
            device.delete("a");
            ByteBuffer into = ByteBuffer.allocateDirect(100);
            file.readAside(into, 0);
            assertArrayEquals(bytes, taken(into));
        }
    }

    @Test
    void partOfARunInMemoryIsNotAllOfIt() throws IOException {
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            int size = 4 << 20;
            write(file, random(size), 0);
            file.sync();
            ((RealFile) file).dontNeed(0, 0);
            file.read(ByteBuffer.allocateDirect(1), size - 1);

            assertTrue(file.isCached(size - 1, 1));
            assertFalse(file.isCached(0, 1));
            assertFalse(file.isCached(0, size));
            assertFalse(file.isCached(size - 1, 100_000), "beyond the end nothing is in memory");
            assertFalse(file.isCached(size - 1, 0));
        }
    }

    @Test
    void aClosedFileFailsInEveryCall() throws IOException {
        try (FileDevice device = FileDevice.open(folder)) {
            DeviceFile file = device.create("a");
            write(file, new byte[10], 0);
            file.close();
            file.close();

            ByteBuffer into = ByteBuffer.allocateDirect(1);
            assertThrows(ClosedChannelException.class, () -> file.tryRead(into, 0));
            assertThrows(ClosedChannelException.class, () -> file.read(into, 0));
            assertThrows(ClosedChannelException.class, () -> write(file, new byte[1], 0));
            assertThrows(ClosedChannelException.class, file::sync);
            assertThrows(ClosedChannelException.class, file::size);
            assertFalse(file.isCached(0, 1));
            file.willNeed(0, 1);
        }
    }

    @Test
    void whoHasADeletedFileOpenReadsOn() throws IOException {
        try (FileDevice device = FileDevice.open(folder);
                DeviceFile file = device.create("a")) {
            write(file, new byte[] {1, 2, 3}, 0);
            assertEquals(List.of("a"), device.list());
            device.delete("a");
            device.delete("a");
            device.sync();
            assertEquals(List.of(), device.list());
            assertThrows(NoSuchFileException.class, () -> device.open("a"));

            ByteBuffer into = ByteBuffer.allocateDirect(3);
            file.read(into, 0);
            assertArrayEquals(new byte[] {1, 2, 3}, taken(into));
        }
    }

    @Test
    void filesAreMadeOnceOpenedAgainAndCutOff() throws IOException {
        try (FileDevice device = FileDevice.open(folder)) {
            try (DeviceFile file = device.create("a-1.seg")) {
                write(file, random(100), 0);
                file.truncate(60);
                file.truncate(80);
            }
            assertThrows(FileAlreadyExistsException.class, () -> device.create("a-1.seg"));
            try (DeviceFile file = device.open("a-1.seg")) {
                assertEquals(60, file.size());
                assertEquals("a-1.seg", file.name());
            }
            assertTrue(device.freeBytes() > 0);
            for (String name : List.of("", "..", "a/b", "lock", "skerry-disk", ".a")) {
                assertThrows(IllegalArgumentException.class, () -> device.create(name), name);
            }
        }
    }

    @Test
    void onlyOneProcessHasADirectory() throws IOException {
        try (FileDevice device = FileDevice.open(folder)) {
            RefusedException refused =
                    assertThrows(RefusedException.class, () -> FileDevice.open(folder).close());
            assertEquals(
                    device
                            + " is in use by another process: each node needs a directory of its"
                            + " own.",
                    refused.getMessage());
        }
        FileDevice.open(folder).close();
    }

    @Test
    void aDirectoryWithSomebodyElsesFilesIsRefused() throws IOException {
        Files.writeString(folder.resolve("thesis.tex"), "x");
        RefusedException refused =
                assertThrows(RefusedException.class, () -> FileDevice.open(folder).close());
        assertEquals(
                folder
                        + " is not a disk of Skerry's and not empty: it holds thesis.tex. Give an"
                        + " empty directory.",
                refused.getMessage());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "nothing was left in it");
        }
    }

    @Test
    void theFreshDirectoryOfADiskIsTaken() throws IOException {
        Files.createDirectory(folder.resolve("lost+found"));
        Files.createDirectory(folder.resolve("state"));
        try (FileDevice device = FileDevice.open(folder)) {
            assertEquals(List.of(), device.list());
        }
    }

    private static RealFile real(Path file) throws IOException {
        return new RealFile(
                file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private static void write(DeviceFile file, byte[] bytes, long position) throws IOException {
        file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, position);
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
