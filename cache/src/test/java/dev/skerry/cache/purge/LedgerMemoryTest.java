package dev.skerry.cache.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a record takes, by what the heap has more after a collection. */
@Tag("slow")
final class LedgerMemoryTest {
    private static final int MOST_BYTES = 48;
    private static final int MOST_RECORDS = 1_000_000;

    /** Tables grow by two fifths: among steps of a twentieth is one just after that. */
    private static final int STEP = MOST_RECORDS / 20;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aRecordTakesAtMost48BytesWhereverTheTableStands(Mode mode) {
        Random random = new Random(1);
        long before = used();
        Ledger ledger = new Ledger(MOST_RECORDS);
        long site = ledger.site("shop").id();
        double worst = 0;
        for (long revision = 1; revision <= MOST_RECORDS; revision++) {
            ledger.apply(new KeyedPurge(revision, site, random.nextLong(), mode, revision));
            if (revision % STEP == 0 && revision > MOST_RECORDS / 2) {
                worst = Math.max(worst, (used() - before) / (double) revision);
            }
        }
        System.out.printf("a %s record: %.1f bytes at most%n", mode, worst);
        assertTrue(worst <= MOST_BYTES, worst + " bytes");
        assertEquals(MOST_RECORDS, ledger.records());
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
