package dev.skerry.proxy.node;

import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.Upstream;
import dev.skerry.config.Site;
import dev.skerry.proxy.pipeline.SiteRoutes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
    private Map<String, Kept> kept = Map.of();
    private volatile SiteRoutes routes;
    private volatile boolean open;

    /** An upstream outlives a change of everything but what it was made of. */
    private record Kept(Site site, Upstream upstream) {
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
            Function<String, Liveness> liveness) {
        this.node = node;
        this.names = names;
        this.maxObjectBytes = maxObjectBytes;
        this.forNodes = forNodes;
        this.upstreams = upstreams;
        this.liveness = liveness;
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

    /** Serves these sites from the next request on. */
    void replace(List<Site> sites) {
        routes = build(sites);
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
                        site -> keep(site, next),
                        liveness);
        kept = next;
        return built;
    }

    private Upstream keep(Site site, Map<String, Kept> next) {
        Kept before = kept.get(site.name());
        Upstream upstream =
                before != null && before.fits(site) ? before.upstream() : upstreams.apply(site);
        next.put(site.name(), new Kept(site, upstream));
        return upstream;
    }
}
