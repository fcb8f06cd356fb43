package dev.skerry.cache.engine;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Invalidation;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.purge.LocalInvalidations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares what responses to unsafe methods invalidate (RFC 9111 §4.4, RFC 9875 §3), in the node's
 * own order.
 */
final class Invalidations {
    private static final Logger log = LoggerFactory.getLogger(Invalidations.class);
    private static final long MOST_KEEPING_MILLIS = 5_000;

    private final TimeSource time;
    private final EngineCounters counters;

    Invalidations(TimeSource time, EngineCounters counters) {
        this.time = time;
        this.counters = counters;
    }

    /**
     * Declares what a response that went past the cache tells to be invalid. What it brought
     * itself, if it may be stored, is younger than that; but not known to be younger than what
     * others changed meanwhile. Waits until a restart will not undo it.
     *
     * @return the reception, as it may be used now
     */
    Reception declare(Fill.Plan plan, ResponseHead response, Reception reception) {
        CacheRequest request = plan.request();
        List<Invalidation.Target> targets = new ArrayList<>();
        for (Invalidation.Target target : Invalidation.targets(request.head(), response)) {
            counters.invalidations.increment();
            String canonical = request.route().targets().apply(target.target());
            targets.add(new Invalidation.Target(target.host(), canonical));
        }
        List<String> groups = Invalidation.groups(request.head(), response);
        if (targets.isEmpty() && groups.isEmpty()) {
            return reception;
        }
        LocalInvalidations.Declared declared =
                request.route()
                        .liveness()
                        .invalidate(
                                request,
                                targets,
                                groups,
                                reception.tags(),
                                plan.appliedLocal(),
                                time.monotonicMillis());
        awaitKept(declared);
        return declared.alone()
                ? reception.bornLocally(declared.revision())
                : reception.unstorable(MissReason.INVALIDATED);
    }

    /**
     * Whoever hears that the change was made must not find the page of before after a restart. A
     * device that does not write holds nobody up for ever.
     */
    private static void awaitKept(LocalInvalidations.Declared declared) {
        try {
            declared.kept().toCompletableFuture().get(MOST_KEEPING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("an invalidation works now, but a restart may undo it", e);
        }
    }
}
