package dev.skerry.control.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.Change;
import dev.skerry.testkit.ChildJvm;
import dev.skerry.testkit.ManualClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class KilledStoreTest {
    private static final int ROUNDS = 8;
    private static final Pattern ACKNOWLEDGED =
            Pattern.compile("acknowledged (\\d+) (\\w{32}) #\\d+");

    @TempDir Path directory;

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
        Random random = new Random(5);
        String history = "";
        long head = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> output = appendAndKill(round, 1 + random.nextInt(300));
            try (EmbeddedStore store = EmbeddedStore.open(directory, new ManualClock())) {
                assertEquals(round == 0 ? store.head().history() : history, store.head().history());
                history = store.head().history();
                assertTrue(store.head().counter() > head);
                head = store.head().counter();
                // Three drafts an append, and never a part of one; the first change is the
                // history's beginning.
                assertEquals(1, head % 3);
                assertAllThere(store, output);
                assertChained(store);
            }
            assertFalse(StoreDamageTest.setAside(directory));
        }
    }

    private List<String> appendAndKill(int round, int after) throws Exception {
        try (ChildJvm child =
                ChildJvm.of(AppendingChild.class.getName())
                        .jvmArgs("--enable-native-access=ALL-UNNAMED")
                        .args(directory.toString(), String.valueOf(round))
                        .start()) {
            child.awaitLine("^acknowledged .* #" + after + "$");
            child.kill9();
            return child.awaitOutput();
        }
    }

    private static void assertAllThere(EmbeddedStore store, List<String> output) throws Exception {
        long last = 0;
        for (String line : output) {
            Matcher acknowledged = ACKNOWLEDGED.matcher(line);
            // The last line may have been cut.
            if (acknowledged.matches()) {
                long counter = Long.parseLong(acknowledged.group(1));
                assertEquals(acknowledged.group(2), store.hashAt(counter));
                assertNotNull(store.get("purges/" + counter));
                last = Math.max(last, counter);
            }
        }
        assertTrue(last > 0 && last <= store.head().counter());
    }

    private static void assertChained(EmbeddedStore store) throws Exception {
        String hash = store.hashAt(0);
        List<Change> changes = store.read(0, 1_000_000);
        assertNotNull(changes);
        assertNotNull(hash);
        for (Change change : changes) {
            hash = ChainHash.after(hash, change);
        }
        assertEquals(store.head().hash(), hash);
        assertEquals(changes.size() - 1, store.snapshot().purges().size());
    }
}
