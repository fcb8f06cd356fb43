package dev.skerry.control.store;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

/** What every control store does: order, sites, records. */
public abstract class ControlStoreContract extends StoreFixture {
    private static final JsonMapper JSON = JsonMapper.builder().build();

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
    void aSiteChangesOnlyFromTheVersionThatIsExpected() throws Exception {
        assertStale(0, new Draft.ApplySite("shop", "x", 1L));
        append(new Draft.ApplySite("shop", "1", 0L));
        assertStale(1, new Draft.ApplySite("shop", "x", 0L));
        assertStale(1, new Draft.ApplySite("shop", "x", 2L));
        append(new Draft.ApplySite("shop", "2", 1L));
        assertStale(2, new Draft.DeleteSite("shop", 1L));
        append(new Draft.DeleteSite("shop", 2L));
        assertStale(0, new Draft.DeleteSite("shop", null));
        assertStale(0, new Draft.ApplySite("shop", "x", 2L));
        assertStale(0, new Draft.DeleteSite("never", null));
    }

    @Test
    void versionsCountOnOverADeletion() throws Exception {
        append(apply("shop", "1"), apply("shop", "2"), new Draft.DeleteSite("shop", null));
        Change.SiteApplied third = (Change.SiteApplied) appendOne(apply("shop", "3"));
        assertEquals(3, third.version());
        assertTrue(third.created());
        assertEquals(
                new Change.SiteApplied(6, "shop", 4, "4", false, clock.millis()),
                appendOne(apply("shop", "4")));
    }

    @Test
    void documentsOfASiteAreKeptAsRecords() throws Exception {
        append(apply("shop", "1"));
        clock.advance(Duration.ofMinutes(1));
        append(apply("shop", "2"), apply("shopper", "x"), new Draft.DeleteSite("shop", null));
        var versions = store().list("sites/shop/versions/", null, 10);
        assertEquals(
                List.of("sites/shop/versions/0000000001", "sites/shop/versions/0000000002"),
                List.copyOf(versions.keySet()));
        JsonNode second = JSON.readTree(versions.lastEntry().getValue());
        assertEquals(2, second.path("version").asLong());
        assertEquals(store().head().history(), second.path("history").asText());
        assertEquals(3, second.path("counter").asLong());
        assertEquals(clock.millis(), second.path("acceptedAtMillis").asLong());
        assertEquals("2", second.path("document").asText());
    }

    @Test
    void theOldestDocumentsGoBeyondTheLimit() throws Exception {
        reopen(new StoreLimits(100, 100, 2));
        append(apply("shop", "1"), apply("shop", "2"));
        assertEquals(2, store().list(SiteVersions.prefix("shop"), null, 10).size());
        append(apply("shop", "3"));
        assertEquals(
                List.of(SiteVersions.name("shop", 2), SiteVersions.name("shop", 3)),
                List.copyOf(store().list(SiteVersions.prefix("shop"), null, 10).keySet()));
    }

    @Test
    void recordsAreWrittenWithTheirChangesOrNeither() throws Exception {
        store().append(
                        List.of(tag("shop", "a")),
                        changes ->
                                List.of(new Entry("purges/" + changes.getFirst().counter(), "{}")));
        assertEquals("{}", store().get("purges/2"));
        Position head = store().head();
        assertThrows(
                StaleVersion.class,
                () ->
                        store().append(
                                        List.of(
                                                tag("shop", "b"),
                                                apply("shop", "x"),
                                                new Draft.DeleteSite("shop", 7L)),
                                        changes -> List.of(new Entry("no", "1"))));
        IllegalStateException thrown =
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                store().append(
                                                List.of(tag("shop", "b")),
                                                changes -> {
                                                    throw new IllegalStateException("mine");
                                                }));
        assertEquals("mine", thrown.getMessage());
        assertEquals(head, store().head());
        assertNull(store().get("no"));
        assertEquals(1, changes(1, 10).size());
        assertEquals(List.of(), store().snapshot().sites());
    }

    @Test
    void recordsAreListedByPrefixInOrderAndInPages() throws Exception {
        store().put(
                        List.of(
                                new Entry("a/2", "two"),
                                new Entry("a/1", "one"),
                                new Entry("a/\u00e9", "three"),
                                new Entry("a/\uff5e", "four"),
                                new Entry("a", "no"),
                                new Entry("b/1", "no")));
        assertEquals(
                List.of("a/1", "a/2", "a/\u00e9", "a/\uff5e"),
                List.copyOf(store().list("a/", null, 10).keySet()));
        assertEquals(
                List.of("a/2", "a/\u00e9"), List.copyOf(store().list("a/", "a/1", 2).keySet()));
        assertEquals(6, store().list("", null, 10).size());
        assertEquals("two", store().list("a/", null, 10).get("a/2"));
        store().put(List.of(new Entry("a/1", null), new Entry("a/2", "2"), new Entry("c", null)));
        assertNull(store().get("a/1"));
        assertEquals("2", store().get("a/2"));
    }

    @Test
    void namesOfRecordsAreBounded() {
        assertEquals(512, new Entry("n".repeat(512), "").name().length());
        for (String name : List.of("", "n".repeat(513), "a\nb", "\ud83d\ude80", "\uffff")) {
            assertThrows(IllegalArgumentException.class, () -> new Entry(name, ""), name);
        }
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

    private void assertStale(long current, Draft draft) {
        Position before = assertDoesNotThrow(() -> store().head());
        StaleVersion stale = assertThrows(StaleVersion.class, () -> append(draft));
        assertEquals(current, stale.current());
        assertEquals(before, assertDoesNotThrow(() -> store().head()));
    }
}
