package dev.skerry.proxy.inventory;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.config.protocol.DryRunAnswer;
import dev.skerry.config.protocol.DryRunAnswer.Count;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Counts what a purge would hit in memory, and what of it has been used since an epoch. When there
 * is no time for all of it, what was seen stands for the rest: responses come in no order that has
 * to do with what they are.
 */
final class MemoryCount implements Predicate<StoredResponse> {
    private static final int LOOK_EVERY = 1024;

    private final PurgeReach reach;
    private final long epoch;
    private final long enough;
    private final BooleanSupplier timeIsUp;
    private final TreeSet<Long> sample = new TreeSet<>(Long::compareUnsigned);
    private long seen;
    private long objects;
    private long bytes;
    private long requested;
    private boolean cut;

    /**
     * A count of nothing yet.
     *
     * @param enough how many will do; 0 for all
     */
    MemoryCount(PurgeReach reach, long epoch, long enough, BooleanSupplier timeIsUp) {
        this.reach = reach;
        this.epoch = epoch;
        this.enough = enough;
        this.timeIsUp = timeIsUp;
    }

    /** Whether what has been seen has to do. */
    @Override
    public boolean test(StoredResponse response) {
        seen++;
        KeyName name = response.name();
        PurgeKeys keys = reach.keysOfSite(name);
        if (name != null
                && keys != null
                && reach.hits(
                        name, keys, response.tags(), response.bornAt(), response.bornAtLocal())) {
            count(response, keys);
        }
        if (seen % LOOK_EVERY == 0) {
            cut = timeIsUp.getAsBoolean();
            // Fetches run on virtual threads too, and would wait for this one's carrier.
            LockSupport.parkNanos(this, 1);
        }
        return cut || (enough > 0 && objects >= enough);
    }

    private void count(StoredResponse response, PurgeKeys keys) {
        objects++;
        for (Extent extent : response.extents()) {
            bytes += extent.length();
        }
        if (response.checkedAt() >= epoch) {
            requested++;
            sample.add(keys.url());
            if (sample.size() > DryRunAnswer.MOST_SAMPLE) {
                sample.pollLast();
            }
        }
    }

    /**
     * What a node answers.
     *
     * @param all how many responses there are in memory
     * @param windowMillis since the epoch; 0 when nobody wants to know what was used
     */
    DryRunAnswer answer(long all, Count disk, long windowMillis) {
        double share = cut ? Math.max(1.0, (double) all / seen) : 1;
        return new DryRunAnswer(
                new Count(Math.round(objects * share), Math.round(bytes * share), !cut),
                disk,
                windowMillis == 0 ? 0 : Math.round(requested * share),
                windowMillis,
                windowMillis == 0 ? List.of() : List.copyOf(sample));
    }
}
