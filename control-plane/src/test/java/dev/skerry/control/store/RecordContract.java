package dev.skerry.control.store;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.control.store.ControlStore.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every control store does with sites, their documents, and records. */
public abstract class RecordContract extends StoreFixture {
    private static final JsonMapper JSON = JsonMapper.builder().build();

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
    void aHundredRecordsAreWrittenAtOnceAndNoMore() throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i <= ControlStore.MOST_RECORDS; i++) {
            entries.add(new Entry("n/" + i, "{}"));
        }
        assertThrows(IllegalArgumentException.class, () -> store().put(entries));
        store().put(entries.subList(1, entries.size()));
        store().append(List.of(tag("shop", "a")), changes -> entries.subList(1, entries.size()));
        assertEquals(ControlStore.MOST_RECORDS, store().list("n/", null, 1000).size());
    }

    @Test
    void namesOfRecordsAreBounded() {
        assertEquals(512, new Entry("n".repeat(512), "").name().length());
        for (String name : List.of("", "n".repeat(513), "a\nb", "\ud83d\ude80", "\uffff")) {
            assertThrows(IllegalArgumentException.class, () -> new Entry(name, ""), name);
        }
    }

    private void assertStale(long current, Draft draft) {
        Position before = assertDoesNotThrow(() -> store().head());
        StaleVersion stale = assertThrows(StaleVersion.class, () -> append(draft));
        assertEquals(current, stale.current());
        assertEquals(before, assertDoesNotThrow(() -> store().head()));
    }
}
