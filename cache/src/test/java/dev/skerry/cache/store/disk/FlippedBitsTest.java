package dev.skerry.cache.store.disk;

import static dev.skerry.cache.store.disk.DiskScene.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.store.LowerTier.Part;
import dev.skerry.cache.store.disk.DiskScene.Loaded;
import dev.skerry.cache.store.disk.device.FileDevice;
import dev.skerry.testkit.PatternBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Turns bits all over a segment file that holds every kind of record, and looks everything up after
 * a start: a miss, or what was written last.
 */
@Tag("slow")
class FlippedBitsTest {
    private static final int SMALL = 700;
    private static final int LARGE = 150_000;

    /** So many bytes at the beginning, and at the end of a sealed file: all of their bits. */
    private static final int CLOSELY = 64 + 32;

    /** So many there: a bit of every seventh. */
    private static final int NEAR = 2048;

    /** Elsewhere of every one of so many; odd, so that all places of records are met. */
    private static final int STRIDE = 419;

    /** What each key may give: its heads, by their seeds. The third is removed. */
    private static final Map<Long, Set<Long>> STORED =
            Map.of(
                    1L,
                    Set.of(2L),
                    2L,
                    Set.of(4L),
                    3L,
                    Set.of(),
                    4L,
                    Set.of(6L, 7L),
                    5L,
                    Set.of(8L));

    @TempDir Path directory;
    private int found;

    /** Returns the segment's file as it is before it is sealed. */
    private byte[] store() throws Exception {
        try (DiskScene scene = new DiskScene(FileDevice.open(directory))) {
            scene.write(key(1), 1, SMALL);
            scene.write(key(1), 2, SMALL);
            scene.write(key(2), 3, LARGE);
            scene.flush();
            CountDownLatch looked = new CountDownLatch(1);
            scene.tier.load(
                    key(2),
                    (head, bodyId, length, body, outside) -> {
                        // Freshened: a new head over the body that lies there.
                        outside.retain();
                        Part part = new Part(new Extent(0, LARGE), null, outside);
                        scene.tier.write(key(2), scene.head(4, ""), 3, LARGE, List.of(part), false);
                    },
                    looked::countDown);
            assertTrue(looked.await(30, TimeUnit.SECONDS));
            scene.write(key(3), 5, SMALL);
            scene.flush();
            scene.tier.remove(key(3), scene.head(5, ""));
            scene.write(key(4), 6, SMALL, "de");
            scene.write(key(4), 7, SMALL, "en");
            List<Part> parts = new ArrayList<>();
            parts.add(new Part(new Extent(10, 400), DiskScene.part(8, 10, 400), null));
            parts.add(new Part(new Extent(500, 900), DiskScene.part(8, 500, 900), null));
            scene.tier.write(key(5), scene.head(8, ""), 8, 1000, parts, false);
            scene.flush();
            return Files.readAllBytes(file());
        }
    }

    private Path file() {
        return directory.resolve("0000000001.segment");
    }

    @Test
    void noFlippedBitOfASealedSegmentIsServed() throws Exception {
        store();
        byte[] sound = Files.readAllBytes(file());
        turnAll(sound, sound.length - CLOSELY);
    }

    @Test
    void noFlippedBitOfASegmentThatWasNeverSealedIsServed() throws Exception {
        byte[] sound = store();
        assertTrue(sound.length < Files.size(file()), "it has no footer");
        turnAll(sound, sound.length);
    }

    /**
     * Turns bits of a file.
     *
     * @param end where the bytes begin of which all bits are turned
     */
    private void turnAll(byte[] sound, int end) throws IOException {
        turned(sound);
        assertEquals(5, found, "everything is found while nothing is broken");
        int tried = 0;
        for (int at = 0; at < sound.length; at++) {
            boolean closely = at < CLOSELY || at >= end;
            boolean near = at < NEAR || at >= sound.length - NEAR;
            if (!closely && at % (near ? 7 : STRIDE) != 0) {
                continue;
            }
            for (int bit = closely ? 0 : at % 8; bit <= (closely ? 7 : at % 8); bit++) {
                byte[] turned = sound.clone();
                turned[at] ^= (byte) (1 << bit);
                try {
                    turned(turned);
                } catch (AssertionError e) {
                    throw new AssertionError("with bit " + bit + " of byte " + at, e);
                }
                tried++;
            }
        }
        assertTrue(found > tried, "most is found: " + found + " of " + tried);
    }

    private void turned(byte[] bytes) throws IOException {
        empty();
        Files.write(file(), bytes);
        lookAll();
    }

    private void empty() throws IOException {
        try (var files = Files.newDirectoryStream(directory, "*.segment")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private void lookAll() throws IOException {
        DiskScene scene = new DiskScene(FileDevice.open(directory));
        try {
            STORED.forEach((number, seeds) -> {
                for (Loaded loaded : scene.load(key(number))) {
                    assertTrue(
                            loaded.seed() == -1 || seeds.contains(loaded.seed()),
                            "key " + number + " gives " + loaded.seed());
                    found++;
                    verify(number, loaded);
                }
            });
        } finally {
            scene.end();
        }
    }

    private static void verify(long number, Loaded loaded) {
        if (loaded.seed() == -1) {
            // Its body broke off.
            return;
        }
        ByteBuffer expected = ByteBuffer.allocate(LARGE);
        if (number == 5) {
            expected.put(PatternBytes.range(8, 10, 400)).put(PatternBytes.range(8, 500, 900));
        } else {
            expected.put(PatternBytes.range(loaded.bodyId(), 0, loaded.length()));
        }
        assertEquals(expected.flip(), loaded.read());
    }
}
