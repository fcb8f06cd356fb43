package dev.skerry.cache.store.disk.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultyDeviceTest {
    private final FaultyDevice device = new FaultyDevice(new RamDevice(), 1);
    private final DeviceFile file;

    FaultyDeviceTest() throws IOException {
        file = device.create("a");
    }

    @BeforeEach
    void fill() throws IOException {
        write(file, 8, 0);
    }

    @Test
    void scriptedCallsFailAndOthersDoNot() throws IOException {
        device.fail(FaultyDevice.Call.READ, 1, 2);
        device.fail(FaultyDevice.Call.SYNC, 0, 1);
        ByteBuffer into = ByteBuffer.allocateDirect(1);
        file.read(into, 0);
        assertThrows(IOException.class, () -> file.read(into.clear(), 0));
        assertThrows(IOException.class, () -> file.tryRead(into.clear(), 0));
        file.read(into.clear(), 0);
        assertThrows(IOException.class, file::sync);
        file.sync();
        assertEquals(4, device.calls(FaultyDevice.Call.READ));

        device.failAtRandom(FaultyDevice.Call.READ, 1);
        assertThrows(IOException.class, () -> file.read(into.clear(), 0));
        device.heal();
        file.read(into.clear(), 0);
    }

    @Test
    void aTornWriteLeavesItsBeginning() throws IOException {
        device.tearWrite(0, 5);
        assertThrows(IOException.class, () -> write(file, 10, 8));
        assertEquals(13, file.size());
    }

    @Test
    void aFullDeviceLeavesTheBeginningToo() throws IOException {
        device.roomLeft(5);
        assertThrows(DeviceFullException.class, () -> write(file, 10, 8));
        assertEquals(13, file.size());
        assertEquals(0, device.freeBytes());
        device.heal();
        write(file, 10, 13);
    }

    @Test
    void readsWaitAtTheGateAndTriesAreRefused() throws Exception {
        device.closeGate();
        ByteBuffer into = ByteBuffer.allocateDirect(8);
        assertEquals(DeviceFile.WOULD_WAIT, file.tryRead(ByteBuffer.allocateDirect(1), 0));
        assertFalse(file.isCached(0, 1));
        CompletableFuture<Void> reader =
                CompletableFuture.runAsync(() -> {
                    try {
                        file.read(into, 0);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        device.awaitWaiting(1);
        assertFalse(reader.isDone());
        device.openGate();
        reader.get(30, TimeUnit.SECONDS);
        assertFalse(into.hasRemaining());
    }

    @Test
    void aColdDeviceAnswersOnlyThoseWhoWait() throws IOException {
        device.cold(true);
        ByteBuffer into = ByteBuffer.allocateDirect(8);
        assertEquals(DeviceFile.WOULD_WAIT, file.tryRead(into, 0));
        file.read(into, 0);
        device.cold(false);
        device.shortReads(true);
        into.clear();
        while (into.hasRemaining()) {
            assertTrue(file.tryRead(into, into.position()) > 0);
        }
    }

    @Test
    void flippedBitsAndLostFilesAreSeenByReaders() throws IOException {
        device.flip("a", 3, 7);
        ByteBuffer into = ByteBuffer.allocateDirect(4);
        file.read(into, 2);
        assertEquals(4 - 128, into.get(1));
        assertEquals(3, into.get(0));

        device.lose("a");
        assertEquals(List.of(), device.list());
        assertThrows(NoSuchFileException.class, () -> device.open("a"));
    }

    private static void write(DeviceFile file, int bytes, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        for (int i = 1; i <= bytes; i++) {
            buffer.put((byte) i);
        }
        file.write(new ByteBuffer[] {buffer.flip()}, position);
    }
}
