package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.disk.device.RamDevice;
import dev.skerry.cache.store.memory.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory and a real log below it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TieredDiskTest {
    private static final CacheKey KEY = Sample.key(1);
    private static final int LONG = 2_500_001;

    private final RamDevice device = new RamDevice();
    private TieredDisk tiers = open(0);

    @AfterEach
    void everyFileIsClosed() {
        tiers.close();
        assertEquals(0, device.openFiles());
    }

    @Test
    void headsInMemoryHoldNoFileThatTheLogHasGivenUp() throws Exception {
        for (int i = 0; i < 200; i++) {
            put(i, 200_000);
            tiers.flush();
        }
        // One that is being written, and the one that makes room for it.
        assertTrue(device.openFiles() <= TieredDisk.SEGMENTS + 1, device.openFiles() + " are open");
        assertNull(tiers.look(Sample.key(0)));
        verify(199, 200_000);
    }

    @Test
    void whatWasMovedIsFoundWhereItIsNow() throws Exception {
        put(0, 200_000);
        tiers.flush();
        for (int i = 1; i < 100; i++) {
            StoredResponse hot = held(0);
            tiers.store.used(Sample.key(0), hot);
            hot.release();
            tiers.tier.used(Sample.key(0));
            put(i, 200_000);
            tiers.flush();
        }
        verify(0, 200_000);
        assertTrue(device.openFiles() <= TieredDisk.SEGMENTS + 1);
    }

    @Test
    void whatProvedUnreadableIsLookedForNoMore() throws Exception {
        put(1, 200_000);
        tiers.flush();
        StoredResponse stored = held(1);
        String segment = device.list().getFirst();
        tiers.harm();
        for (long at = 50_000; at < 60_000; at += 64) {
            device.flip(segment, at, 3);
        }
        try (BodyReader reader = stored.reader(0, 200_000)) {
            TieredDisk.read(reader, 1, 0, 200_000);
            throw new AssertionError("what was not written was given out");
        } catch (java.io.IOException wrong) {
            assertNotNull(wrong.getMessage());
        }
        stored.release();
        assertNull(tiers.store.find(KEY));
    }

    @Test
    void aBodyThatMemoryDoesNotTakeIsFollowedStoredAndFoundAgain() throws Exception {
        GrowingBody body = tiers.store.newBody(KEY, Sample.NAME, 0, -1, true);
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> reading = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                long from = i * 400_000L;
                TieredDisk.append(body, 1, from, from + 400_000);
                long begins = i == 4 ? 700_000 : 0;
                BodyReader reader = Objects.requireNonNull(body.reader(begins, Long.MAX_VALUE));
                reading.add(
                        readers.submit(() -> {
                            try (reader) {
                                TieredDisk.read(reader, 1, begins, LONG);
                            }
                            return true;
                        }));
            }
            TieredDisk.append(body, 1, 2_000_000, LONG);
            body.complete();
            assertEquals(
                    PutResult.STORED,
                    tiers.store.put(KEY, Sample.head(1, 1), body, Integer.MAX_VALUE));
            body.release();
            for (Future<Boolean> each : reading) {
                assertTrue(each.get(30, TimeUnit.SECONDS));
            }
        }
        verify(1, LONG);

        tiers.close();
        tiers = open(1000);

        verify(1, LONG);
        StoredResponse stored = held(1);
        assertEquals(Tier.DISK, stored.tier());
        try (BodyReader reader = stored.reader(1_048_570, 1_048_590)) {
            TieredDisk.read(reader, 1, 1_048_570, 1_048_590);
        }
        stored.release();
    }

    private TieredDisk open(long bodiesBefore) {
        try {
            return new TieredDisk(device, 2 << 20, bodiesBefore);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private void put(int number, int length) throws Exception {
        tiers.askedBefore(Sample.key(number), length);
        assertEquals(
                PutResult.STORED,
                tiers.put(Sample.key(number), Sample.head(number, 1), number, length, true));
    }

    private StoredResponse held(int number) throws Exception {
        assertNotNull(tiers.look(Sample.key(number)), "a miss: " + number);
        return Sample.held(tiers.store, Sample.key(number), 0);
    }

    private void verify(int number, int length) throws Exception {
        StoredResponse stored = held(number);
        try (BodyReader reader = stored.reader(0, length)) {
            assertEquals(length, stored.bodyLength());
            TieredDisk.read(reader, number, 0, length);
        } finally {
            stored.release();
        }
    }
}
