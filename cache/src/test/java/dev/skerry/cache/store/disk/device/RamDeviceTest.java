package dev.skerry.cache.store.disk.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RamDeviceTest {
    private final Random dice = new Random(1);

    @Test
    void afterAKillEveryWriteIsThereAndAPrefixOfTheLast() throws IOException {
        RamDevice device = new RamDevice();
        DeviceFile file = device.create("a");
        write(file, 0, 1, 2, 3);
        device.crashAt(1, 2);
        write(file, 3, 4);
        assertThrows(IOException.class, () -> write(file, 4, 5, 6, 7));
        assertThrows(IOException.class, () -> write(file, 7, 8));
        assertThrows(IOException.class, device::list);

        assertEquals(List.of(1, 2, 3, 4, 5, 6), content(device.afterKill(), "a"));
    }

    @Test
    void afterAPowerLossWhatWasSyncedIsThere() throws IOException {
        Set<List<Integer>> outcomes = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            RamDevice device = new RamDevice();
            DeviceFile file = device.create("a");
            write(file, 0, 1, 2);
            file.sync();
            device.sync();
            write(file, 2, 3, 4);
            device.create("b");
            RamDevice next = device.afterPowerLoss(dice);
            outcomes.add(content(next, "a"));
        }
        // The page may be old, new, and cut off anywhere; what lay there before always stays.
        assertTrue(outcomes.stream().allMatch(bytes -> bytes.subList(0, 2).equals(List.of(1, 2))));
        assertTrue(outcomes.contains(List.of(1, 2)));
        assertTrue(outcomes.contains(List.of(1, 2, 3, 4)));
        assertTrue(outcomes.contains(List.of(1, 2, 0, 0)));
    }

    @Test
    void namesThatWereNotSyncedMayBeLostOrComeBack() throws IOException {
        Set<Set<String>> outcomes = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            RamDevice device = new RamDevice();
            device.create("a");
            device.sync();
            device.delete("a");
            device.create("b");
            outcomes.add(Set.copyOf(device.afterPowerLoss(dice).list()));
        }
        assertEquals(Set.of(Set.of(), Set.of("a"), Set.of("b"), Set.of("a", "b")), outcomes);
    }

    @Test
    void aFullDeviceTakesWhatFits() throws IOException {
        RamDevice device = new RamDevice(5);
        DeviceFile file = device.create("a");
        write(file, 0, 1, 2, 3);
        assertThrows(DeviceFullException.class, () -> write(file, 3, 4, 5, 6));
        assertEquals(List.of(1, 2, 3, 4, 5), content(device, "a"));
        assertEquals(0, device.freeBytes());
        device.delete("a");
        assertEquals(5, device.freeBytes());
    }

    @Test
    void filesBehaveLikeRealOnes() throws IOException {
        RamDevice device = new RamDevice();
        DeviceFile file = device.create("a");
        write(file, 0, 1, 2, 3);
        file.truncate(2);
        file.truncate(9);
        device.flip("a", 1, 0);
        ByteBuffer into = ByteBuffer.allocateDirect(3);
        assertThrows(EOFException.class, () -> file.read(into, 0));
        assertEquals(2, file.tryRead(into, 0));
        assertEquals(3, into.get(1));
        assertEquals(DeviceFile.END, file.tryRead(into, 2));
    }

    private static void write(DeviceFile file, long position, int... bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int b : bytes) {
            buffer.put((byte) b);
        }
        file.write(new ByteBuffer[] {ByteBuffer.allocate(0), buffer.flip()}, position);
    }

    private static List<Integer> content(RamDevice device, String name) throws IOException {
        DeviceFile file = device.open(name);
        ByteBuffer into = ByteBuffer.allocate((int) file.size());
        file.read(into, 0);
        return into.flip().remaining() == 0 ? List.of() : list(into);
    }

    private static List<Integer> list(ByteBuffer bytes) {
        Integer[] values = new Integer[bytes.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) bytes.get();
        }
        return List.of(values);
    }
}
