package dev.skerry.proxy.node;

import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.Upstream;
import dev.skerry.config.Rule;
import dev.skerry.config.Site;
import dev.skerry.proxy.pipeline.SiteRoutes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sites that a node serves now. {@link #replace} is for one thread at a time; a request sees
 * the sites before or after, whole.
 */
final class NodeSites implements Supplier<@Nullable SiteRoutes> {
    private final String node;
    private final SiteRoutes.Names names;
    private final long maxObjectBytes;
    private final boolean forNodes;
    private final Function<Site, Upstream> upstreams;
    private final Function<String, Liveness> liveness;
    private final LongSupplier monotonicMillis;
    private Map<String, Kept> kept = Map.of();
    private volatile SiteRoutes routes;
    private volatile boolean open;

    /**
     * An upstream outlives a change of everything but what it was made of; what is known of purges
     * outlives a change of everything but what shapes the names of keys.
     */
    private record Kept(Site site, Upstream upstream, Liveness liveness) {
        /** Whether both make the same key of every request, and a purge of a URL names it. */
        boolean namesAlike(Site other) {
            return site.hosts().equals(other.hosts()) && keying(site).equals(keying(other));
        }

        private static List<Object> keying(Site site) {
            List<Object> keying = new ArrayList<>();
            for (Rule rule : site.rules()) {
                keying.add(rule.match());
                keying.add(rule.cache().query());
            }
            keying.add(site.otherwise().cache().query());
            return keying;
        }

        boolean fits(Site other) {
            return site.origins().equals(other.origins())
                    && site.balance() == other.balance()
                    && site.preserveHost() == other.preserveHost()
                    && site.allowOriginFallback() == other.allowOriginFallback();
        }
    }

    NodeSites(
            String node,
            SiteRoutes.Names names,
            long maxObjectBytes,
            boolean forNodes,
            Function<Site, Upstream> upstreams,
            Function<String, Liveness> liveness,
            LongSupplier monotonicMillis) {
        this.node = node;
        this.names = names;
        this.maxObjectBytes = maxObjectBytes;
        this.forNodes = forNodes;
        this.upstreams = upstreams;
        this.liveness = liveness;
        this.monotonicMillis = monotonicMillis;
        this.routes = build(List.of());
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
     * the rules of before come back, though it was purged by its new name meanwhile.
     */
    void replace(List<Site> sites) {
        Map<String, Kept> before = kept;
        routes = build(sites);
        before.forEach((name, old) -> {
            Kept now = kept.get(name);
            if (now == null || !old.namesAlike(now.site())) {
                old.liveness().retire(monotonicMillis.getAsLong());
            }
        });
    }

    private SiteRoutes build(List<Site> sites) {
        Map<String, Kept> next = new HashMap<>();
        SiteRoutes built =
                new SiteRoutes(
                        sites,
                        node,
                        names,
                        maxObjectBytes,
                        forNodes,
                        site -> keep(site, next).upstream(),
                        name -> Objects.requireNonNull(next.get(name)).liveness());
        kept = next;
        return built;
    }

    private Kept keep(Site site, Map<String, Kept> next) {
        Kept before = kept.get(site.name());
        Upstream upstream =
                before != null && before.fits(site) ? before.upstream() : upstreams.apply(site);
        Liveness alive =
                before != null && before.namesAlike(site)
                        ? before.liveness()
                        : liveness.apply(site.name());
        Kept now = new Kept(site, upstream, alive);
        next.put(site.name(), now);
        return now;
    }
}
