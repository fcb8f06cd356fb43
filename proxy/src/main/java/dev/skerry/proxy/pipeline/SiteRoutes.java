package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.Route;
import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.policy.CacheRules;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.config.CompiledSite;
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
public final class SiteRoutes {
    private final SiteTable table;
    private final IdentityHashMap<Rule, RuleRoute> routes = new IdentityHashMap<>();

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
            long maxObjectBytes,
            boolean forNodes,
            Function<Site, Upstream> upstreams,
            Function<String, Liveness> liveness) {
        this.table = new SiteTable(sites);
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
    @Nullable RuleRoute match(RequestHead head, @Nullable String country) {
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

    /** The target by which a GET of this URL is keyed, so that a purge of the URL meets it. */
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
                        rules,
                        rule.cache().query()::apply,
                        rule.pass() ? MissReason.RULE_PASS : null,
                        upstream,
                        RuleMapping.edits(rule.requestFields()),
                        withVia(RuleMapping.edits(rule.responseFields()), node)));
    }

    /** RFC 9110 §7.6.3. Added when the response comes, so that a hit has it ready. */
    private static UnaryOperator<FieldList> withVia(UnaryOperator<FieldList> edits, String node) {
        String via = "1.1 " + node;
        return fields -> edits.apply(fields).toBuilder().add("Via", via).build();
    }
}
