package dev.skerry.proxy.inventory;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.KeyHasher;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.purge.BothLedgers;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.store.Listing;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.cache.store.disk.Estimate;
import dev.skerry.config.protocol.DryRunAnswer;
import dev.skerry.config.protocol.DryRunAnswer.Count;
import dev.skerry.config.protocol.DryRunQuestion;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.text.JsonWriter;
import dev.skerry.proxy.pipeline.SiteRoutes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what of this node's responses a purge would hit, and what of it is being asked for: counts
 * memory, estimates disks, and purges nothing. Thread-safe.
 *
 * <p>What is asked for shows in a mark that each response has anyway: up to which purge it has been
 * judged alive. A place in the order that declares nothing dead makes every response of the site be
 * judged once more at its next hit; those that have been after a while were asked for in it, and
 * each would have been one request upstream.
 */
public final class NodeDryRun {
    /** For counting memory, and for reading disks; a question is answered within five seconds. */
    private static final long COUNTING_MILLIS = 1200;

    private final Supplier<@Nullable SiteRoutes> sites;
    private final KeyHasher keys;
    private final ResponseStore store;
    private final @Nullable DiskSet disks;
    private final BothLedgers ledgers;
    private final LocalInvalidations local;
    private final TimeSource time;

    /**
     * Of a node.
     *
     * @param disks null without any
     * @param local writes to the ledger of {@code ledgers}
     */
    public NodeDryRun(
            Supplier<@Nullable SiteRoutes> sites,
            KeyHasher keys,
            ResponseStore store,
            @Nullable DiskSet disks,
            BothLedgers ledgers,
            LocalInvalidations local,
            TimeSource time) {
        this.sites = sites;
        this.keys = keys;
        this.store = store;
        this.disks = disks;
        this.ledgers = ledgers;
        this.local = local;
        this.time = time;
    }

    /**
     * Answers a question; takes as long as its window, and somewhat longer.
     *
     * @param question {@link DryRunQuestion} as it is sent
     * @return {@link DryRunAnswer} as it is sent; {@code {"problem":…}} when it cannot be answered
     */
    public String answer(String question) {
        try {
            SiteRoutes routes = sites.get();
            return routes == null
                    ? problem("the node is starting")
                    : answer(DryRunQuestion.parse(question), routes).json();
        } catch (MalformedMessage e) {
            return problem(e.getMessage());
        }
    }

    private static String problem(@Nullable String words) {
        return new JsonWriter().object().put("problem", words).end().toString();
    }

    private DryRunAnswer answer(DryRunQuestion question, SiteRoutes routes) {
        PurgeReach reach = new PurgeReach(question, routes, ledgers);
        long begun = time.nanoTime();
        if (question.windowMillis() > 0) {
            local.mark(question.site(), time.monotonicMillis());
        }
        long epoch = epoch(question.site());
        Count below = question.enough() > 0 ? Count.NONE : below(question, routes, reach);
        awaitNanos(begun + TimeUnit.MILLISECONDS.toNanos(question.windowMillis()));
        long seen = TimeUnit.NANOSECONDS.toMillis(time.nanoTime() - begun);
        MemoryCount memory =
                new MemoryCount(reach, epoch, question.enough(), within(COUNTING_MILLIS));
        store.inMemory(memory);
        return memory.answer(store.count(), below, question.windowMillis() == 0 ? 0 : seen);
    }

    /** As {@link dev.skerry.cache.engine.Liveness} tells epochs apart. */
    private long epoch(String site) {
        return ledgers.fleet().site(site).lastPurge() + ledgers.local().site(site).lastPurge();
    }

    private Count below(DryRunQuestion question, SiteRoutes routes, PurgeReach reach) {
        DiskSet present = disks;
        if (present == null) {
            return Count.NONE;
        }
        if (reach.urlsAlone()) {
            return urls(question, routes, reach);
        }
        Estimate estimate =
                present.estimate(
                        reach.site(), entry -> reach.hits(entry.head()), within(COUNTING_MILLIS));
        return new Count(
                Math.round(estimate.objects()), Math.round(estimate.bytes()), estimate.exact());
    }

    /** What is named by URL is looked for under its keys. */
    private Count urls(DryRunQuestion question, SiteRoutes routes, PurgeReach reach) {
        Below below = new Below(reach);
        for (DryRunQuestion.Named named : question.purges()) {
            int slash = named.value().indexOf('/');
            String host = routes.host(question.site(), named.value().substring(0, slash));
            String target = routes.canonical(question.site(), host, named.value().substring(slash));
            for (String scheme : List.of("http", "https")) {
                CacheKey key = keys.key(question.site(), scheme, host, target);
                store.list(key, below);
            }
        }
        return new Count(below.objects, below.bytes, true);
    }

    private BooleanSupplier within(long millis) {
        long end = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return () -> time.nanoTime() - end >= 0;
    }

    private void awaitNanos(long until) {
        long left = until - time.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = until - time.nanoTime();
        }
    }

    /** Counts what lies on disk of what is shown. */
    private static final class Below implements Listing {
        private final PurgeReach reach;
        private long objects;
        private long bytes;

        private Below(PurgeReach reach) {
            this.reach = reach;
        }

        @Override
        public boolean wants(KeyName name) {
            return true;
        }

        @Override
        public boolean take(Entry entry) {
            if (!entry.memory() && reach.hits(entry.head())) {
                objects++;
                bytes += entry.extents().stream().mapToLong(extent -> extent.length()).sum();
            }
            return true;
        }
    }
}
