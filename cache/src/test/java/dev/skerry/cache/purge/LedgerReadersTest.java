package dev.skerry.cache.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers beside the writer. */
final class LedgerReadersTest {
    private static final String SITE = "shop";
    private static final int TAGS = 64;
    private static final int PURGES = 60_000;

    /** With few records the writer folds all the time, with many it only grows its tables. */
    @ParameterizedTest
    @ValueSource(ints = {16, 1_000_000})
    void rule12WhoeverSeesARevisionAppliedSeesWhatItKilled(int mostRecords) throws Exception {
        Ledger ledger = new Ledger(mostRecords);
        long[][] tags = new long[PURGES][];
        for (int i = 0; i < PURGES; i++) {
            // Some names come again and again, the others once.
            String tag = i % 2 == 0 ? "t" + i % TAGS : "once" + i;
            tags[i] = new long[] {PurgeKeys.tag(SITE, tag)};
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                readers.add(threads.submit(() -> readUntilTheEnd(ledger, tags)));
            }
            for (int i = 0; i < PURGES; i++) {
                Mode mode = i % 3 == 0 ? Mode.SOFT : Mode.HARD;
                long site = PurgeScopes.site(SITE);
                ledger.apply(new KeyedPurge(i + 1, site, tags[i][0], mode, i));
            }
            for (Future<Long> reader : readers) {
                assertTrue(reader.get(60, TimeUnit.SECONDS) > 0);
            }
        }
    }

    private static long readUntilTheEnd(Ledger ledger, long[][] tags) {
        SiteLedger site = ledger.site(SITE);
        PurgeKeys keys = PurgeKeys.of(SITE, "h", "/");
        long reads = 0;
        long applied = 0;
        while (applied < PURGES) {
            applied = ledger.applied();
            if (applied > 0) {
                int last = (int) applied - 1;
                Judgement said = site.judge(keys, tags[last], applied - 1, applied);
                boolean soft = last % 3 == 0;
                if (said == Judgement.ALIVE || (!soft && said != Judgement.HARD)) {
                    throw new AssertionError("revision " + applied + " judged " + said);
                }
                long since = site.softSince(keys, tags[last], applied - 1);
                // Acceptance times are revision - 1 here, and later purges lie later. A soft one
                // that was overwritten at once may only look earlier than it was.
                if (soft && since > last) {
                    throw new AssertionError("revision " + applied + " soft since " + since);
                }
                reads++;
            }
        }
        return reads;
    }

    @Test
    void judgingAllocatesNothing() {
        Ledger ledger = new Ledger(1000);
        for (int i = 1; i <= 100; i++) {
            Mode mode = i % 2 == 0 ? Mode.SOFT : Mode.HARD;
            PurgeRecord record = new PurgeRecord(i, SITE, Scope.TAG, "t" + i, mode, 0);
            ledger.apply(PurgeScopes.keyed(record, 0, PurgeScopes.Targets.VERBATIM));
        }
        SiteLedger site = ledger.site(SITE);
        PurgeKeys keys = PurgeKeys.of(SITE, "h", "/a/b/c?d");
        long[] tags = {PurgeKeys.tag(SITE, "x"), PurgeKeys.tag(SITE, "y")};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        judgeOften(site, keys, tags);
        long before = threads.getCurrentThreadAllocatedBytes();
        long alive = judgeOften(site, keys, tags);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(20_000, alive);
        // Not per judgement: the measurement itself, and what the JIT leaves on the way.
        assertTrue(bytes < 20_000, () -> "bytes: " + bytes);
    }

    private static long judgeOften(SiteLedger site, PurgeKeys keys, long[] tags) {
        long alive = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean needed = site.need(keys, tags, 100) > 0;
            alive += site.judge(keys, tags, 0, 100) == Judgement.ALIVE && !needed ? 1 : 0;
        }
        return alive;
    }
}
