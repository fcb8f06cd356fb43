package dev.skerry.cache.store.tiered;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.ResponseStore.LoadListener;
import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.memory.MemoryLimits;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.cache.store.memory.Sample;
import dev.skerry.cache.store.memory.block.BlockPool;
import dev.skerry.cache.store.memory.block.PoisoningBlockPool;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TieredStoreTest {
    private static final CacheKey KEY = Sample.key(1);
    private static final int LARGE = 100_000;

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final BlockPool pool = new PoisoningBlockPool(4 << 20, 64 << 10);
    private final MemoryLimits limits =
            new MemoryLimits(1 << 20, 256 << 10, 1_000_000_000L, 3, Long.MAX_VALUE);
    private final MemoryStore memory = new MemoryStore(pool, limits, System::nanoTime);
    private final MapTier lower = new MapTier(threads);
    private final TieredStore store =
            new TieredStore(memory, lower, 4 << 20, threads, System::nanoTime);

    @AfterEach
    void everyByteAndReferenceComesBack() {
        threads.close();
        store.close();
        assertEquals(0, store.count());
        assertEquals(0, store.bytes());
        assertEquals(0, lower.held.get());
    }

    @Test
    void whatIsPutIsFoundBelowWhenMemoryHasLetItGo() throws Exception {
        StoredHead head = Sample.head(7, 70);
        assertEquals(PutResult.STORED, Sample.put(store, KEY, head, 7, 1000));
        forget(KEY);

        assertNull(store.find(KEY));
        assertEquals(List.of(head), load(KEY));
        StoredResponse found = Sample.held(store, KEY, 0);
        assertNotNull(found.contiguousBody());
        assertArrayEquals(Sample.bytes(7, 1000), Sample.read(found));
        found.release();
    }

    @Test
    void largeBodyStaysBelowAndIsReadFromThere() throws Exception {
        Sample.put(store, KEY, Sample.head(7, 70), 7, LARGE);
        forget(KEY);
        load(KEY);

        StoredResponse found = Sample.held(store, KEY, 0);
        assertNull(found.contiguousBody());
        assertTrue(found.isWhole());
        assertTrue(store.bytes() < 2000, store.bytes() + " bytes for a head");
        assertArrayEquals(Sample.bytes(7, LARGE), Sample.read(found));
        found.release();
    }

    @Test
    void aLookThatWaitsForTheDeviceEndsOnAnotherThread() throws Exception {
        Sample.put(store, KEY, Sample.head(7, 70), 7, 1000);
        forget(KEY);
        lower.waits = () -> true;

        Listener listener = new Listener();
        assertTrue(store.load(KEY, listener));
        assertEquals(1, listener.get().size());
        assertTrue(listener.waited);
    }

    @Test
    void allVariantsComeUpInTheirOrder() throws Exception {
        for (int i = 1; i <= 3; i++) {
            Sample.put(store, KEY, Sample.head(i, 1, "accept", "a" + i), i, 1000);
        }
        forget(KEY);
        List<StoredHead> found = load(KEY);
        assertEquals(3, found.size());
        assertEquals(3, found.getFirst().stamp().receivedMillis());
        assertEquals(3, Objects.requireNonNull(store.find(KEY)).count());
        assertEquals(3, store.count());
    }

    @Test
    void aKeyThatIsNowhereIsCertainlyAMiss() {
        assertFalse(store.load(KEY, new Listener()));
    }

    @Test
    void aPutOverWhatLiesBelowKeepsTheOtherVariants() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1, "accept", "a1"), 1, 1000);
        Sample.put(store, KEY, Sample.head(2, 1, "accept", "a2"), 2, 1000);
        forget(KEY);

        Sample.put(store, KEY, Sample.head(3, 1, "accept", "a1"), 3, 1000);
        Variants now = Objects.requireNonNull(store.find(KEY));
        assertEquals(2, now.count());
        assertEquals(3, Sample.read(store, KEY));
        forget(KEY);
        assertEquals(2, load(KEY).size());
        assertEquals(3, Sample.read(store, KEY));
    }

    @Test
    void anOlderResponseDoesNotReplaceANewerOneThatLiesBelow() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 10), 1, 100);
        forget(KEY);
        assertEquals(PutResult.OLDER, Sample.put(store, KEY, Sample.head(2, 9), 2, 100));
        load(KEY);
        assertEquals(1, Sample.read(store, KEY));
    }

    @Test
    void variantsBeyondTheCapAreForgottenBelow() throws Exception {
        for (int i = 1; i <= 4; i++) {
            Sample.put(store, KEY, Sample.head(i, 1, "accept", "a" + i), i, 100);
        }
        assertEquals(3, lower.count());
        forget(KEY);
        assertEquals(3, load(KEY).size());
    }

    @Test
    void whatTheLowerTierRefusesHidesNothingOlder() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        lower.takes = () -> false;
        Sample.put(store, KEY, Sample.head(2, 2), 2, 100);
        assertEquals(2, Sample.read(store, KEY));
        forget(KEY);
        assertFalse(store.load(KEY, new Listener()));
    }

    @Test
    void aRemovedResponseIsRemovedBelow() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        StoredResponse held = Sample.held(store, KEY, 0);
        store.remove(KEY, held);
        held.release();
        assertNull(store.find(KEY));
        assertFalse(store.load(KEY, new Listener()));
    }

    @Test
    void aResponseThatMemoryHasLetGoCanBeRemoved() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        StoredResponse held = Sample.held(store, KEY, 0);
        forget(KEY);
        store.remove(KEY, held);
        held.release();
        assertFalse(store.load(KEY, new Listener()));
    }

    @Test
    void removingWhatWasReplacedRemovesNothing() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        StoredResponse old = Sample.held(store, KEY, 0);
        Sample.put(store, KEY, Sample.head(2, 2), 2, 100);
        forget(KEY);
        store.remove(KEY, old);
        old.release();
        assertEquals(2, load(KEY).getFirst().stamp().receivedMillis());
    }

    @Test
    void aFreshenedHeadGoesDownOverTheSameBody() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, LARGE);
        forget(KEY);
        load(KEY);
        StoredResponse old = Sample.held(store, KEY, 0);
        forget(KEY); // and it is freshened over what lies below
        StoredHead head = Sample.head(5, 5);
        StoredResponse fresh = Objects.requireNonNull(store.freshen(KEY, old, head));
        assertEquals(old.bodyId(), fresh.bodyId());
        old.release();
        fresh.release();
        forget(KEY);
        assertEquals(List.of(head), load(KEY));
        StoredResponse now = Sample.held(store, KEY, 0);
        assertArrayEquals(Sample.bytes(1, LARGE), Sample.read(now));
        now.release();
    }

    @Test
    void aLookDuringAChangeIsNotBelieved() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        forget(KEY);
        List<Runnable> once = new ArrayList<>(List.of(() -> replaceAndForget(2)));
        lower.onLook =
                () -> {
                    if (!once.isEmpty()) {
                        once.removeFirst().run();
                    }
                };
        assertEquals(2, load(KEY).getFirst().stamp().receivedMillis());
    }

    @Test
    void whatHasOnlyLeftMemoryIsCurrent() throws Exception {
        assertTrue(store.isCurrent(KEY, null));
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        StoredResponse held = Sample.held(store, KEY, 0);
        Variants seen = Objects.requireNonNull(store.find(KEY));
        assertTrue(store.isCurrent(KEY, seen));
        assertFalse(store.isCurrent(KEY, null));
        forget(KEY);
        assertTrue(store.isCurrent(KEY, seen));
        load(KEY);
        assertTrue(store.isCurrent(KEY, seen));
        lower.lose(KEY);
        forget(KEY);
        assertFalse(store.isCurrent(KEY, seen));
        held.release();
    }

    @Test
    void theLowerTierIsToldOfTheFirstTwoUses() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        assertEquals(0, lower.used());
        use(KEY);
        assertEquals(1, lower.used());
        use(KEY);
        use(KEY);
        assertEquals(2, lower.used());
        assertEquals(1, lower.writes());
    }

    /** A pool of 4 MiB: what came before 1.6 MB of others has passed its probation. */
    @Test
    void whatWasRefusedIsWrittenWhenItWasUsedAndStays() throws Exception {
        lower.takes = () -> false;
        Sample.put(store, KEY, Sample.head(1, 1), 1, 100);
        Sample.put(store, Sample.key(999), Sample.head(2, 1), 2, 100);
        use(KEY);
        lower.takes = () -> true;
        assertEquals(0, lower.count());
        for (int i = 0; i < 16; i++) {
            Sample.put(store, Sample.key(1000 + i), Sample.head(3, 1), 3, 100_000);
        }
        assertEquals(16 + 1, lower.count());
        forget(KEY);
        load(KEY);
        assertEquals(1, Sample.read(store, KEY));
    }

    @Test
    void aBodyThatIsUsedAgainComesIntoMemory() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 50_000);
        forget(KEY);
        load(KEY);
        use(KEY);
        StoredResponse before = Sample.held(store, KEY, 0);
        assertEquals(Tier.DISK, before.tier());
        use(KEY);
        Await.until("it is in memory", () -> tier(KEY) == Tier.MEMORY);
        StoredResponse after = Sample.held(store, KEY, 0);
        assertEquals(before.head(), after.head());
        assertEquals(before.bodyId(), after.bodyId());
        assertNotNull(after.contiguousBody());
        assertArrayEquals(Sample.bytes(1, 50_000), Sample.read(after));
        assertArrayEquals(Sample.bytes(1, 50_000), Sample.read(before));
        before.release();
        after.release();
        assertEquals(1, store.count());
    }

    @Test
    void aBodyThatCannotBeReadIsLetGo() throws Exception {
        Sample.put(store, KEY, Sample.head(1, 1), 1, 50_000);
        forget(KEY);
        load(KEY);
        lower.broken = true;
        use(KEY);
        use(KEY);
        Await.until("it is gone", () -> memory.find(KEY) == null);
    }

    @Test
    void whatLiesInMemoryAloneIsWrittenDownAtTheEnd() throws Exception {
        lower.takes = () -> false;
        for (int i = 0; i < 5; i++) {
            Sample.put(store, Sample.key(i), Sample.head(i, 1), i, 100);
        }
        lower.takes = () -> true;
        store.close();
        assertEquals(5, lower.count());
    }

    private void use(CacheKey key) {
        StoredResponse response = Sample.held(store, key, 0);
        store.used(key, response);
        response.release();
    }

    private Tier tier(CacheKey key) {
        StoredResponse response = Sample.held(store, key, 0);
        try {
            return response.tier();
        } finally {
            response.release();
        }
    }

    private void replaceAndForget(long seed) {
        try {
            Sample.put(store, KEY, Sample.head(seed, seed), seed, 100);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        forget(KEY);
    }

    /** As an eviction does. */
    private void forget(CacheKey key) {
        Variants found = memory.find(key);
        for (int i = 0; found != null && i < found.count(); i++) {
            StoredResponse response = found.get(i);
            if (response.retain()) {
                memory.remove(key, response);
                response.release();
            }
        }
        assertNull(memory.find(key));
    }

    private List<StoredHead> load(CacheKey key) throws Exception {
        Listener listener = new Listener();
        assertTrue(store.load(key, listener));
        return listener.get();
    }

    private static final class Listener implements LoadListener {
        private final CompletableFuture<List<StoredHead>> heads = new CompletableFuture<>();
        private volatile boolean waited;

        @Override
        public void waits() {
            waited = true;
        }

        @Override
        public void loaded(@Nullable Variants variants) {
            List<StoredHead> found = new ArrayList<>();
            for (int i = 0; variants != null && i < variants.count(); i++) {
                found.add(variants.get(i).head());
            }
            assertTrue(heads.complete(found));
        }

        List<StoredHead> get() throws Exception {
            return heads.get(30, TimeUnit.SECONDS);
        }
    }
}
