package dev.skerry.cache.store.disk;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.Listing;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Estimates how many of a site's responses have something in common, without reading all of them:
 * of {@link #SEGMENTS} segments it takes what is stored of the site from their footers, and of
 * those reads {@link #HEADS} heads each. Both are spread evenly over the age of what there is, from
 * the first one taken on, so that it can end at any time.
 */
final class Sampling {
    static final int SEGMENTS = 64;
    static final int HEADS = 32;

    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final Walk walk;
    private final int site;
    private final Predicate<Listing.Entry> hit;
    private final BooleanSupplier enough;
    private boolean exact = true;

    /**
     * @param site the digest of its name
     * @param hit whether a response counts
     * @param enough whether there is no more time
     */
    Sampling(Walk walk, int site, Predicate<Listing.Entry> hit, BooleanSupplier enough) {
        this.walk = walk;
        this.site = site;
        this.hit = hit;
        this.enough = enough;
    }

    /** Reads these segments, or some of them. */
    Estimate of(List<Long> segments) {
        int taken = 0;
        Estimate sum = Estimate.NONE;
        for (int index : spread(segments.size())) {
            if (taken == SEGMENTS || enough.getAsBoolean()) {
                break;
            }
            taken++;
            sum = sum.plus(segment(walk.heads(segments.get(index), site)));
        }
        double share = taken == 0 ? 1 : (double) segments.size() / taken;
        return new Estimate(
                sum.objects() * share, sum.bytes() * share, exact && taken == segments.size());
    }

    private Estimate segment(List<Head> heads) {
        Hits hits = new Hits();
        int read = 0;
        for (int index : spread(heads.size())) {
            if (read == HEADS || (read > 0 && enough.getAsBoolean())) {
                break;
            }
            read++;
            walk.show(hits, heads.get(index));
        }
        exact &= read == heads.size();
        double share = read == 0 ? 0 : (double) heads.size() / read;
        return new Estimate(hits.objects * share, hits.bytes * share, true);
    }

    /**
     * Indices in an order of which every beginning is spread evenly over all. By the golden ratio,
     * which falls into step with nothing that repeats in what is stored.
     */
    static int[] spread(int count) {
        return IntStream.range(0, count)
                .boxed()
                .sorted(
                        Comparator.comparing(
                                index -> index * GOLDEN_RATIO, Integer::compareUnsigned))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * The head of a response that stands, and its entry in the index.
     *
     * @param entry see {@link dev.skerry.cache.store.disk.index.DiskIndex}
     */
    record Head(CacheKey key, long entry) {}

    private final class Hits implements Listing {
        private long objects;
        private long bytes;

        @Override
        public boolean wants(KeyName name) {
            return true;
        }

        @Override
        public boolean take(Entry entry) {
            if (hit.test(entry)) {
                objects++;
                bytes += entry.extents().stream().mapToLong(Extent::length).sum();
            }
            return true;
        }
    }
}
