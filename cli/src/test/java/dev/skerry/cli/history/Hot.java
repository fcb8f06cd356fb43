package dev.skerry.cli.history;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What was purged last, which is what readers like to ask for. Thread-safe. */
final class Hot {
    private static final int MOST = 4;

    private final List<String> all;
    private final AtomicReferenceArray<@Nullable String> latest = new AtomicReferenceArray<>(MOST);
    private final AtomicInteger next = new AtomicInteger();

    Hot(List<String> all) {
        this.all = List.copyOf(all);
    }

    void add(String item) {
        latest.set(Math.floorMod(next.getAndIncrement(), MOST), item);
    }

    /** Every second time one of the latest, else any. */
    String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String hot = random.nextBoolean() ? latest.get(random.nextInt(MOST)) : null;
        return hot == null ? all.get(random.nextInt(all.size())) : hot;
    }
}
