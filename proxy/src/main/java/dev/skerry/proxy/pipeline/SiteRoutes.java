package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.ControlLoss;
import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.Route;
import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.policy.CacheRules;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.purge.PurgeScopes;
import dev.skerry.config.CompiledSite;
import dev.skerry.config.HostPattern;
import dev.skerry.config.Rule;
import dev.skerry.config.Site;
import dev.skerry.config.SiteTable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the rule that decides a request. Immutable: another configuration is another object. */
public final class SiteRoutes implements PurgeScopes.Targets {
    private final SiteTable table;
    private final Names names;
    private final IdentityHashMap<Rule, RuleRoute> routes = new IdentityHashMap<>();

    /**
     * How hosts become names of keys.
     *
     * @param publicName what clients of the router call the node
     * @param portsCount whether a port is part of a key's host on sites of any host. On those that
     *     name their hosts it never is: they answer to a name on any port.
     */
    public record Names(PublicName publicName, boolean portsCount) {
        /** Of a node that stands alone. */
        public static final Names ALONE = new Names(PublicName.PLAIN, true);
    }

    /**
     * Routes for these sites.
     *
     * @param node the node's name, for Via
     * @param maxObjectBytes the largest body that the stores take
     * @param forNodes whether nodes of ours ask here too
     * @param upstreams where a site's misses go
     * @param liveness what purges did to a site's responses
     */
    public SiteRoutes(
            List<Site> sites,
            String node,
            Names names,
            long maxObjectBytes,
            boolean forNodes,
            Function<Site, Upstream> upstreams,
            Function<String, Liveness> liveness) {
        this.table = new SiteTable(sites);
        this.names = names;
        Function<Rule, CacheRules> rules =
                rule -> RuleMapping.rules(rule, maxObjectBytes, forNodes);
        for (CompiledSite compiled : table.sites()) {
            Site site = compiled.site();
            Upstream upstream = upstreams.apply(site);
            Liveness alive = liveness.apply(site.name());
            for (Rule rule : site.rules()) {
                routes.put(rule, route(site, rule, node, rules.apply(rule), upstream, alive));
            }
            Rule otherwise = site.otherwise();
            routes.put(
                    otherwise,
                    route(site, otherwise, node, rules.apply(otherwise), upstream, alive));
        }
    }

    /** The rule that decides a request, or null when no site answers to its host. */
    public @Nullable RuleRoute match(RequestHead head, @Nullable String country) {
        CompiledSite site = table.find(head.authority());
        return site == null
                ? null
                : routes.get(
                        site.match(head.method(), head.target(), head.fields()::combined, country));
    }

    /** The names of all sites. */
    public Set<String> sites() {
        return table.sites().stream()
                .map(compiled -> compiled.site().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The authority that a request is for: the one that the client asked the router for, without
     * the port where that does not count. The same text when there is nothing to change.
     */
    public String authority(String received) {
        String original = names.publicName.original(received);
        CompiledSite site = table.find(original);
        return site == null || portCounts(site) ? original : PublicName.withoutPort(original);
    }

    @Override
    public String host(String site, String host) {
        CompiledSite found = table.find(host);
        return found == null || !found.site().name().equals(site) || portCounts(found)
                ? host
                : PublicName.withoutPort(host);
    }

    private boolean portCounts(CompiledSite site) {
        return names.portsCount && site.site().hosts().contains(HostPattern.ANY);
    }

    /** The target by which a GET of this URL is keyed, so that a purge of the URL meets it. */
    @Override
    public String canonical(String site, String host, String target) {
        CompiledSite found = table.find(host);
        if (found == null || !found.site().name().equals(site)) {
            return target;
        }
        RuleRoute route = routes.get(found.match("GET", target, name -> null, null));
        return route == null ? target : route.route().targets().apply(target);
    }

    private static RuleRoute route(
            Site site,
            Rule rule,
            String node,
            CacheRules rules,
            Upstream upstream,
            Liveness liveness) {
        return new RuleRoute(
                site,
                rule,
                new Route(
                        site.name(),
                        liveness,
                        controlLoss(site, liveness),
                        rules,
                        // A node of ours codes for its clients itself.
                        rules.forNodes() ? null : RuleMapping.compression(rule.compress()),
                        rule.cache().query()::apply,
                        rule.pass() ? MissReason.RULE_PASS : null,
                        upstream,
                        RuleMapping.edits(rule.requestFields()),
                        withVia(RuleMapping.edits(rule.responseFields()), node)));
    }

    private static ControlLoss controlLoss(Site site, Liveness liveness) {
        return switch (site.onControlLoss()) {
            case SERVE -> ControlLoss.serve();
            case REVALIDATE -> new ControlLoss(liveness.lease(), false);
            case REVALIDATE_OR_STALE -> new ControlLoss(liveness.lease(), true);
        };
    }

    /** RFC 9110 §7.6.3. Added when the response comes, so that a hit has it ready. */
    private static UnaryOperator<FieldList> withVia(UnaryOperator<FieldList> edits, String node) {
        String via = "1.1 " + node;
        return fields -> edits.apply(fields).toBuilder().add("Via", via).build();
    }
}
