package dev.skerry.control.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Appended;
import dev.skerry.control.store.ControlStore.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every control store does with the order of changes. */
public abstract class ControlStoreContract extends StoreFixture {
    @Test
    void aFirstHistoryBeginsWithAFloor() throws Exception {
        Position head = store().head();
        assertEquals(1, head.counter());
        List<Change> changes = changes(0, 10);
        Change.HistoryBegun begun = (Change.HistoryBegun) changes.getFirst();
        assertEquals(List.of(begun), changes);
        assertEquals(clock.millis(), begun.acceptedAtMillis());
        assertEquals(ChainHash.start(head.history()), hashAt(0));
        assertEquals(ChainHash.after(ChainHash.start(head.history()), begun), head.hash());
        assertEquals(1, store().snapshot().floor());
    }

    @Test
    void changesGetCountersWithoutAGapAndAreReadAsTheyWereMade() throws Exception {
        clock.advance(Duration.ofSeconds(1));
        Appended appended =
                append(
                        tag("shop", "a"),
                        apply("shop", "site: shop"),
                        new Draft.DeleteSite("shop", 1L),
                        new Draft.Purge("\u00e9\ud83d\ude80", Scope.URL, "h/\u0000?", Mode.SOFT));
        long now = clock.millis();
        assertEquals(
                List.of(
                        new Change.Purged(tagged(2, "shop", "a")),
                        new Change.SiteApplied(3, "shop", 1, "site: shop", true, now),
                        new Change.SiteDeleted(4, "shop", now),
                        new Change.Purged(
                                new PurgeRecord(
                                        5,
                                        "\u00e9\ud83d\ude80",
                                        Scope.URL,
                                        "h/\u0000?",
                                        Mode.SOFT,
                                        now))),
                appended.changes());
        assertEquals(appended.changes(), changes(1, 100));
        assertEquals(appended.changes().subList(1, 3), changes(2, 2));
        assertEquals(appended.position(), store().head());
        assertEquals(List.of(), changes(5, 1));
        assertEquals(List.of(), changes(6, 1));
    }

    @Test
    void hashesAreChainedAndKnownAtEachCounter() throws Exception {
        append(tag("shop", "a"), tag("shop", "b"));
        append(tag("shop", "c"));
        Position head = store().head();
        String hash = ChainHash.start(head.history());
        for (Change change : changes(0, 100)) {
            hash = ChainHash.after(hash, change);
            assertEquals(hash, hashAt(change.counter()));
        }
        assertEquals(hash, head.hash());
        assertNull(store().hashAt(head.counter() + 1));
    }

    @Test
    void everythingIsThereAfterReopening() throws Exception {
        append(tag("shop", "a"), apply("shop", "1"));
        store().put(List.of(new Entry("a", "1")));
        Position head = store().head();
        List<Change> changes = changes(0, 100);
        var snapshot = store().snapshot();
        reopen(StoreLimits.USUAL);
        assertEquals(head, store().head());
        assertEquals(changes, changes(0, 100));
        assertEquals(snapshot, store().snapshot());
        assertEquals("1", store().get("a"));
        assertEquals(head.hash(), hashAt(head.counter()));
        assertEquals(head.counter() + 1, append(tag("shop", "b")).position().counter());
    }

    @Test
    void theNewestChangesAreKeptAndOlderOnesAreNot() throws Exception {
        reopen(new StoreLimits(5, 100, 100));
        for (int i = 0; i < 9; i++) {
            append(tag("shop", "t" + i));
        }
        // The head is 10, and 6 to 10 are kept.
        assertEquals(
                List.of(6L, 7L, 8L, 9L, 10L),
                changes(5, 100).stream().map(Change::counter).toList());
        assertNull(store().read(4, 100));
        assertNull(store().hashAt(4));
        String hash = hashAt(5);
        for (Change change : changes(5, 100)) {
            hash = ChainHash.after(hash, change);
        }
        assertEquals(store().head().hash(), hash);
        assertEquals(9, store().snapshot().purges().size());
        reopen(new StoreLimits(2, 100, 100));
        append(tag("shop", "z"));
        assertEquals(2, changes(9, 100).size());
        assertNull(store().read(8, 100));
    }

    @Test
    void anAppendLargerThanWhatIsKeptIsTaken() throws Exception {
        reopen(new StoreLimits(3, 100, 100));
        Appended appended = append(tag("s", "a"), tag("s", "b"), tag("s", "c"), tag("s", "d"));
        assertEquals(4, appended.changes().size());
        assertEquals(appended.changes().subList(1, 4), changes(2, 9));
        assertEquals(4, store().snapshot().purges().size());
    }

    @Test
    void tenThousandDraftsAreOneAppend() throws Exception {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            drafts.add(tag("shop", "t" + i));
        }
        Appended appended = store().append(drafts, changes -> List.of());
        assertEquals(10_001, appended.position().counter());
        assertEquals(appended.changes(), changes(1, 10_000));
        assertEquals(10_000, store().snapshot().purges().size());
    }

    @Test
    void aNewHistoryKeepsSitesAndRecordsAndNothingElse() throws Exception {
        append(apply("shop", "1"), apply("gone", "1"), tag("shop", "a"));
        append(new Draft.DeleteSite("gone", null));
        store().put(List.of(new Entry("a", "1")));
        Position before = store().head();
        Position begun = store().newHistory("restored");
        assertEquals(begun, store().head());
        assertEquals(1, begun.counter());
        assertNotEquals(before.history(), begun.history());
        assertEquals(
                List.of(new Change.HistoryBegun(1, "restored", clock.millis())), changes(0, 10));
        var snapshot = store().snapshot();
        assertEquals(begun, snapshot.at());
        assertEquals(1, snapshot.floor());
        assertEquals(List.of(), snapshot.purges());
        assertEquals(List.of("shop"), snapshot.sites().stream().map(site -> site.site()).toList());
        assertEquals(1, snapshot.sites().getFirst().counter());
        assertEquals("1", store().get("a"));
        Change.SiteApplied applied = (Change.SiteApplied) appendOne(apply("shop", "2"));
        assertEquals(2, applied.version());
        assertEquals(2, ((Change.SiteApplied) appendOne(apply("gone", "2"))).version());
    }

    @Test
    void whoWantsToHearIsWokenAfterEachAppendAndEachNewHistory() throws Exception {
        Semaphore woken = new Semaphore(0);
        List<Position> seen = Collections.synchronizedList(new ArrayList<>());
        store().onAppend(() -> {
            throw new IllegalStateException("another listener's fault");
        });
        ControlStore store = store();
        store.onAppend(() -> {
            try {
                seen.add(store.head());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            woken.release();
        });
        Position appended = append(tag("shop", "a")).position();
        assertTrue(woken.tryAcquire(30, TimeUnit.SECONDS));
        Position begun = store.newHistory("again");
        assertTrue(woken.tryAcquire(30, TimeUnit.SECONDS));
        assertEquals(List.of(appended, begun), seen);
    }

    @Test
    void concurrentAppendsShareTheOrderAndAStaleOneHarmsNoOther() throws Exception {
        append(apply("shop", "1"));
        List<Future<Appended>> good = new ArrayList<>();
        List<Future<Appended>> stale = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String name = "t" + i;
                good.add(threads.submit(() -> append(tag("shop", name), tag("shop", "same"))));
                stale.add(
                        threads.submit(() ->
                                append(
                                        tag("shop", "never"),
                                        new Draft.ApplySite("shop", "x", 9L))));
            }
        }
        TreeSet<Long> counters = new TreeSet<>();
        for (Future<Appended> each : good) {
            List<Change> changes = each.get().changes();
            assertEquals(changes.getFirst().counter() + 1, changes.getLast().counter());
            assertEquals(changes, changes(changes.getFirst().counter() - 1, 2));
            changes.forEach(change -> counters.add(change.counter()));
        }
        assertEquals(LongStream.rangeClosed(3, 402).boxed().toList(), List.copyOf(counters));
        for (Future<Appended> each : stale) {
            assertEquals(StaleVersion.class, each.exceptionNow().getClass());
        }
        assertEquals(402, store().head().counter());
    }

    @Test
    void theHeadIsNeverBehindWhatSomebodyHasSeen() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> appending =
                    threads.submit(() -> {
                        for (int i = 0; i < 200; i++) {
                            append(tag("shop", "t" + i));
                        }
                        return null;
                    });
            do {
                long seen = store().snapshot().at().counter();
                assertTrue(store().head().counter() >= seen);
                long read = seen + changes(seen, 1000).size();
                assertTrue(store().head().counter() >= read);
            } while (!appending.isDone());
            appending.get();
        }
        assertEquals(201, store().head().counter());
    }
}
