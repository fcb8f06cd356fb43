package dev.skerry.control.store.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.SiteVersions;
import dev.skerry.control.store.StoreLimits;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is merged and deleted behind the scenes, which nobody may notice. */
@Tag("slow")
final class KeeperTest {
    private static final Keeper.Pace QUICK =
            new Keeper.Pace(Duration.ofMillis(50), 1, Duration.ofMillis(100));
    private static final Keeper.Pace NEVER =
            new Keeper.Pace(Duration.ofHours(1), 1, Duration.ofHours(1));

    private final String prefix = UUID.randomUUID() + "/";
    private final Keys keys = new Keys(prefix);
    private final ManualClock clock = new ManualClock();

    @BeforeAll
    static void etcdIsThere() {
        EtcdServers.assumeThere();
    }

    @Test
    void mergedChangesGoAndASnapshotStaysTheSame() throws Exception {
        StoreLimits limits = new StoreLimits(10, 30, 10);
        try (EtcdStore store = open(limits, NEVER)) {
            Random random = new Random(7);
            for (int round = 0; round < 6; round++) {
                for (int i = 0; i < 15; i++) {
                    store.append(List.of(any(random)), changes -> List.of());
                    clock.advance(Duration.ofSeconds(1));
                }
                Snapshot before = store.snapshot();
                keepUntilMerged(store, limits);
                try (EtcdStore other = open(limits, NEVER)) {
                    assertEquals(before, other.snapshot());
                    assertEquals(store.head(), other.head());
                    assertEquals(10, sizeAfter(other, store.head().counter() - 10));
                }
            }
        }
    }

    @Test
    void anotherTakesOverFromALeaderThatIsGone() throws Exception {
        EtcdStore first = open(StoreLimits.USUAL, QUICK);
        try (EtcdStore second = open(StoreLimits.USUAL, QUICK)) {
            Await.until("somebody leads", () -> !range(keys.leader()).isEmpty());
            first.close();
            second.append(List.of(any(new Random(1))), changes -> List.of());
            Await.until("it is merged", () -> text(keys.merged()).contains("\"upTo\":2"));
        } finally {
            first.close();
        }
    }

    @Test
    void whatAnEarlierHistoryAndDeletedRecordsLeftIsSwept() throws Exception {
        try (EtcdStore store = open(new StoreLimits(1000, 1000, 1), NEVER)) {
            String large = noise(900_000);
            store.append(List.of(new Draft.ApplySite("shop", large, null)), changes -> List.of());
            assertEquals(large, store.snapshot().sites().getFirst().document());
            assertTrue(range(keys.allPieces()).size() > 4);
            String old = store.head().history();
            store.newHistory("again");
            store.append(List.of(new Draft.ApplySite("shop", "2", null)), changes -> List.of());
            store.put(List.of(new Entry("a", "1")));
            assertNull(store.get(SiteVersions.name("shop", 1)));
            try (EtcdStore keeper = open(StoreLimits.USUAL, QUICK)) {
                Await.until("pieces are gone", () -> range(keys.allPieces()).isEmpty());
                Await.until("changes are gone", () -> range(keys.changes(old)).isEmpty());
                assertEquals(store.snapshot(), keeper.snapshot());
                assertEquals(2, store.head().counter());
                assertEquals("1", keeper.get("a"));
            }
        }
    }

    private void keepUntilMerged(EtcdStore store, StoreLimits limits) throws Exception {
        long head = store.head().counter();
        try (EtcdStore _ = open(limits, QUICK)) {
            Await.until("merged", () -> text(keys.merged()).contains("\"upTo\":" + head));
            Await.until(
                    "old changes are gone",
                    () -> range(keys.changes(store.head().history())).size() <= 11);
        }
    }

    private static int sizeAfter(EtcdStore store, long after) throws IOException {
        var changes = store.read(after, 100);
        return changes == null ? -1 : changes.size();
    }

    private static Draft any(Random random) {
        Mode mode = random.nextBoolean() ? Mode.HARD : Mode.SOFT;
        String site = "site" + random.nextInt(3);
        return random.nextInt(12) == 0
                ? new Draft.Purge(site, Scope.EVERYTHING, "", mode)
                : new Draft.Purge(site, Scope.TAG, "t" + random.nextInt(20), mode);
    }

    /** What does not get smaller by compression. */
    private static String noise(int length) {
        return new Random(3)
                .ints(length, '!', '~')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private List<KeyValue> range(String start) throws IOException {
        Connection connection =
                Connection.open(
                        OneEtcd.servers().fresh(), Duration.ofSeconds(10), System::nanoTime);
        try {
            return connection.client().range(start, Keys.behind(start), 1000, 0);
        } finally {
            connection.close();
        }
    }

    private String text(String key) throws IOException {
        List<KeyValue> found = range(key);
        return found.isEmpty() ? "" : new String(found.getFirst().value(), UTF_8);
    }

    private EtcdStore open(StoreLimits limits, Keeper.Pace pace) throws IOException {
        return EtcdStore.open(
                OneEtcd.servers().at(prefix),
                clock,
                System::nanoTime,
                limits,
                Duration.ofSeconds(10),
                pace);
    }
}
