package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.config.protocol.LeaseTerms;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.hop.RequestFields;
import dev.skerry.proxy.upstream.balance.Balancer;
import dev.skerry.proxy.upstream.balance.LeastRequests;
import dev.skerry.proxy.upstream.balance.SmoothWeighted;
import dev.skerry.proxy.upstream.health.Breaker;
import dev.skerry.proxy.upstream.health.Breaker.Admission;
import dev.skerry.proxy.upstream.health.RetryBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The origins of a site: balanced, ejected while their transport fails, and failed over between as
 * {@link Fetch} allows. An origin that does not exist yet is an origin that fails: every request
 * tries it, or fails at once while its breaker is open, until it is there. Thread-safe.
 */
public final class OriginPool implements Upstream {
    private final Settings settings;
    private final List<Endpoint> endpoints;
    private final Balancer<Endpoint> balancer;
    private final Transport transport;
    private final RequestFields fields;

    /**
     * A pool.
     *
     * @param nanoTime monotonic
     * @param random safe for use by several threads
     */
    public OriginPool(
            Settings settings,
            HttpClient client,
            AddressLookup addresses,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.settings = settings;
        this.endpoints =
                settings.origins().stream()
                        .map(o -> new Endpoint(o, settings.breaker(), nanoTime))
                        .toList();
        this.balancer = balancer(settings.balance(), random);
        this.transport = new Transport(client, addresses, new RetryBudget(nanoTime), nanoTime);
        this.fields = new RequestFields(settings.node());
    }

    @Override
    public Response fetch(Request request) throws UpstreamFailure {
        Fetch fetch = new Fetch(transport, request, this::call, false);
        Response response = fetch.from(order(Fetch.isRepeatable(request)));
        if (response == null) {
            throw fetch.failure();
        }
        return response;
    }

    /** The origins in the order of the settings, for metrics. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The balancer's pick, then the others as fallbacks, the least busy first. */
    private List<Endpoint> order(boolean repeatable) {
        if (endpoints.size() == 1) {
            return endpoints;
        }
        Endpoint picked = balancer.pick(candidates(repeatable));
        List<Endpoint> order = new ArrayList<>(endpoints);
        order.remove(picked);
        order.sort(Comparator.comparingDouble(e -> (double) e.inFlight() / e.weight()));
        order.addFirst(picked);
        return order;
    }

    /**
     * Healthy origins and those due for a probe; a request that cannot be repeated is no probe
     * while there are healthy ones. When all are ejected, those that can be reached at least.
     */
    private List<Endpoint> candidates(boolean repeatable) {
        List<Endpoint> healthy = which(a -> a == Admission.NORMAL);
        if (!healthy.isEmpty() && !repeatable) {
            return healthy;
        }
        List<Endpoint> usable = which(a -> a == Admission.NORMAL || a == Admission.PROBE);
        if (!usable.isEmpty()) {
            return usable;
        }
        List<Endpoint> reachable = which(a -> a == Admission.DIVERT);
        return reachable.isEmpty() ? endpoints : reachable;
    }

    private List<Endpoint> which(Predicate<Admission> wanted) {
        return endpoints.stream().filter(e -> wanted.test(e.breaker().peek())).toList();
    }

    private Hop.Call call(Endpoint endpoint, Request request) {
        String authority = request.head().authority();
        boolean preserve = settings.preserveHost();
        Hop.Provenance provenance =
                new Hop.Provenance(
                        request.applied(),
                        false,
                        false,
                        -1,
                        List.of(),
                        LeaseTerms.LENGTH.toMillis());
        return new Hop.Call(
                preserve ? hostOf(authority) : endpoint.host(),
                endpoint.target(request.head().target()),
                fields.of(request, preserve ? authority : endpoint.origin().authority()),
                head -> provenance);
    }

    private static Balancer<Endpoint> balancer(Site.Balance balance, RandomGenerator random) {
        return switch (balance) {
            case WEIGHTED -> new SmoothWeighted<>();
            case LEAST_REQUESTS -> new LeastRequests<>(random);
        };
    }

    private static String hostOf(String authority) {
        int colon = authority.indexOf(':', Math.max(0, authority.indexOf(']')));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        boolean literal = host.startsWith("[") && host.endsWith("]");
        return (literal ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
    }

    /**
     * How a pool is set up.
     *
     * @param node this node's name, a token
     * @param origins at least one
     * @param preserveHost whether origins get the client's Host, and SNI with it, in place of their
     *     own
     */
    public record Settings(
            String node,
            List<Origin> origins,
            Site.Balance balance,
            boolean preserveHost,
            Breaker.Settings breaker) {
        /** Checks that there is an origin. */
        public Settings {
            origins = List.copyOf(origins);
            if (origins.isEmpty()) {
                throw new IllegalArgumentException("a pool without origins");
            }
        }

        /** Weighted, with the origin's own Host. */
        public static Settings of(String node, List<Origin> origins) {
            return new Settings(
                    node, origins, Site.Balance.WEIGHTED, false, Breaker.Settings.ORIGIN);
        }
    }
}
