package dev.skerry.cache.store.disk.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GuardedDeviceTest {
    private final FaultyDevice faults = new FaultyDevice(new RamDevice(), 1);
    private final AtomicLong millis = new AtomicLong();
    private final List<String> reasons = new ArrayList<>();
    private final GuardedDevice device =
            new GuardedDevice(
                    faults, millis::get, e -> reasons.add(String.valueOf(e.getMessage())));
    private final DeviceFile file;

    GuardedDeviceTest() throws IOException {
        file = device.create("a");
        write();
    }

    @Test
    void oneFailedWriteIsEnough() throws IOException {
        faults.fail(FaultyDevice.Call.WRITE, 0, 1);
        assertThrows(IOException.class, this::write);
        assertEquals(List.of("WRITE: Input/output error"), reasons);

        // Nothing is wrong with the device any more, but nothing reaches it.
        ByteBuffer into = ByteBuffer.allocateDirect(1);
        for (var call :
                List.<org.junit.jupiter.api.function.Executable>of(
                        this::write,
                        () -> file.read(into, 0),
                        () -> file.tryRead(into, 0),
                        file::sync,
                        file::size,
                        () -> file.truncate(0),
                        device::list,
                        device::sync,
                        device::freeBytes,
                        () -> device.open("a"),
                        () -> device.create("b"),
                        () -> device.delete("a"),
                        () -> device.renew(Superblock.fresh(new UUID(0, 0))))) {
            IOException refused = assertThrows(IOException.class, call);
            assertEquals(
                    "the disk has stepped aside: WRITE: Input/output error", refused.getMessage());
        }
        assertFalse(file.isCached(0, 1));
        assertNull(file.channel());
        assertEquals(1, reasons.size());
        file.close();
        device.close();
    }

    @Test
    void threeFailedReadsWithinAMinuteAreTooMany() {
        faults.fail(FaultyDevice.Call.READ, 0, 5);
        read();
        read();
        millis.addAndGet(GuardedDevice.WINDOW + 1);
        read();
        read();
        assertEquals(List.of(), reasons);
        millis.addAndGet(GuardedDevice.WINDOW);
        read();
        assertEquals(List.of("READ: Input/output error"), reasons);
    }

    @Test
    void readsThatNobodyAskedForMayFailAsOftenAsTheyLike() throws IOException {
        faults.fail(FaultyDevice.Call.READ, 0, 9);
        for (int i = 0; i < 9; i++) {
            assertThrows(IOException.class, () -> file.readAside(ByteBuffer.allocateDirect(1), 0));
        }
        assertEquals(List.of(), reasons);
        file.readAside(ByteBuffer.allocateDirect(1), 0);
    }

    @Test
    void everyOtherCallMayFailOnlyOnce() {
        for (FaultyDevice.Call call : FaultyDevice.Call.values()) {
            if (call == FaultyDevice.Call.READ) {
                continue;
            }
            FaultyDevice inner = new FaultyDevice(new RamDevice(), 1);
            List<IOException> seen = new ArrayList<>();
            GuardedDevice guarded = new GuardedDevice(inner, millis::get, seen::add);
            inner.fail(call, 0, 1);
            assertThrows(
                    IOException.class,
                    () -> {
                        guarded.list();
                        DeviceFile made = guarded.create("b");
                        made.write(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0);
                        made.sync();
                        guarded.open("b");
                        guarded.delete("b");
                    },
                    call.name());
            assertEquals(1, seen.size(), call.name());
        }
    }

    @Test
    void whatIsNotTheDevicesFaultIsNone() throws IOException {
        faults.roomLeft(0);
        assertThrows(DeviceFullException.class, this::write);
        assertThrows(NoSuchFileException.class, () -> device.open("none"));
        for (int i = 0; i < 5; i++) {
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocateDirect(99), 0));
        }
        assertEquals(List.of(), reasons);
        assertTrue(file.isCached(0, 1));
    }

    private void write() throws IOException {
        file.write(new ByteBuffer[] {ByteBuffer.allocate(8)}, 0);
    }

    private void read() {
        assertThrows(IOException.class, () -> file.read(ByteBuffer.allocateDirect(1), 0));
    }
}
