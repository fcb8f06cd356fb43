package dev.skerry.proxy.node;

import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.config.Site;
import dev.skerry.proxy.pipeline.SiteRoutes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sites that a node serves now. {@link #replace} is for one thread at a time; a request sees
 * the sites before or after, whole.
 */
final class NodeSites implements Supplier<@Nullable SiteRoutes> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSites.class);
    private static final long MOST_KEEPING_SECONDS = 10;

    private final String node;
    private final SiteRoutes.Names names;
    private final long maxObjectBytes;
    private final boolean forNodes;
    private final Function<Site, Upstream> upstreams;
    private final Function<String, Liveness> liveness;
    private final SiteKeyings keyings;
    private final LocalInvalidations local;
    private final LongSupplier monotonicMillis;
    private final Consumer<List<Site>> told;
    private Map<String, Kept> kept = Map.of();
    private volatile SiteRoutes routes;
    private volatile boolean open;

    /**
     * An upstream outlives a change of everything but what it was made of; what is known of purges
     * outlives a change of everything but what shapes the names of keys.
     */
    private record Kept(Site site, Upstream upstream, Liveness liveness) {
        boolean fits(Site other) {
            return site.origins().equals(other.origins())
                    && site.balance() == other.balance()
                    && site.preserveHost() == other.preserveHost()
                    && site.allowOriginFallback() == other.allowOriginFallback();
        }
    }

    /**
     * A node without sites.
     *
     * @param told hears of all sites whenever they are replaced
     */
    NodeSites(
            String node,
            SiteRoutes.Names names,
            long maxObjectBytes,
            boolean forNodes,
            Function<Site, Upstream> upstreams,
            Function<String, Liveness> liveness,
            SiteKeyings keyings,
            LocalInvalidations local,
            LongSupplier monotonicMillis,
            Consumer<List<Site>> told) {
        this.node = node;
        this.names = names;
        this.maxObjectBytes = maxObjectBytes;
        this.forNodes = forNodes;
        this.upstreams = upstreams;
        this.liveness = liveness;
        this.keyings = keyings;
        this.local = local;
        this.monotonicMillis = monotonicMillis;
        this.told = told;
        this.routes = build(List.of(), Set.of());
    }

    /** What requests are routed by; null until {@link #open}. */
    @Override
    public @Nullable SiteRoutes get() {
        return open ? routes : null;
    }

    /** The sites, whether requests may see them already or not. */
    SiteRoutes routes() {
        return routes;
    }

    /** The names of all sites. */
    Set<String> names() {
        return routes.sites();
    }

    /** Requests are served from now on. */
    void open() {
        open = true;
    }

    /**
     * Serves these sites from the next request on. Of a site whose keys are made by other rules
     * than before, or that is gone, all that is stored is dead: else it would be found again when
     * the rules of before come back, though it was purged by its new name meanwhile. Before this
     * process counts as before.
     */
    void replace(List<Site> sites) {
        Map<String, Kept> before = kept;
        Set<String> changed = keyings.changed(sites);
        keyings.forget(changed);
        List<CompletionStage<?>> dead = new ArrayList<>();
        long now = monotonicMillis.getAsLong();
        changed.stream()
                .filter(name -> !before.containsKey(name))
                .forEach(name -> dead.add(local.everything(name, now)));
        routes = build(sites, changed);
        told.accept(sites);
        before.forEach((name, old) -> {
            if (changed.contains(name)) {
                dead.add(old.liveness().retire(now));
            }
        });
        if (areKept(dead)) {
            keyings.keep(sites);
        }
    }

    private static boolean areKept(List<CompletionStage<?>> dead) {
        try {
            CompletableFuture.allOf(
                            dead.stream()
                                    .map(CompletionStage::toCompletableFuture)
                                    .toArray(CompletableFuture<?>[]::new))
                    .get(MOST_KEEPING_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("that sites begin empty cannot be kept: they will after a restart too", e);
        }
        return false;
    }

    private SiteRoutes build(List<Site> sites, Set<String> changed) {
        Map<String, Kept> next = new HashMap<>();
        SiteRoutes built =
                new SiteRoutes(
                        sites,
                        node,
                        names,
                        maxObjectBytes,
                        forNodes,
                        site -> keep(site, next, changed).upstream(),
                        name -> Objects.requireNonNull(next.get(name)).liveness());
        kept = next;
        return built;
    }

    private Kept keep(Site site, Map<String, Kept> next, Set<String> changed) {
        Kept before = kept.get(site.name());
        Upstream upstream =
                before != null && before.fits(site) ? before.upstream() : upstreams.apply(site);
        Liveness alive =
                before != null && !changed.contains(site.name())
                        ? before.liveness()
                        : liveness.apply(site.name());
        Kept now = new Kept(site, upstream, alive);
        next.put(site.name(), now);
        return now;
    }
}
