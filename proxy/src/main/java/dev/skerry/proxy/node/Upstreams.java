package dev.skerry.proxy.node;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.config.Site;

/** Decides where a site's misses go: what makes an edge an edge, and a shield a shield. */
@FunctionalInterface
public interface Upstreams {
    /** The upstream of a site. */
    Upstream of(Site site, UpstreamParts parts);
}
