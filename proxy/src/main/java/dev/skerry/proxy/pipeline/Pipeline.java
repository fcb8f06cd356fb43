package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.CacheEngine;
import dev.skerry.cache.engine.CacheRequest;
import dev.skerry.cache.engine.CodedResponses;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.Hosts;
import dev.skerry.cache.key.KeyHasher;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.ExchangeHandler;
import dev.skerry.proxy.hop.ForwardedFields;
import dev.skerry.proxy.hop.HopRequest;
import dev.skerry.proxy.hop.LoopDetection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The life of a request. Runs on the connection's I/O thread until there is something to wait for,
 * and never blocks.
 */
public final class Pipeline implements ExchangeHandler {
    private static final FieldList UNCACHED = FieldList.of("Cache-Control", "no-store");
    private static final ResponseHead ALIVE = new ResponseHead(204, UNCACHED);
    private static final ResponseHead NOT_YET = new ResponseHead(503, UNCACHED);

    private final Supplier<@Nullable SiteRoutes> sites;
    private final LoopDetection loops;
    private final Guard guard;
    private final KeyHasher keys;
    private final CacheEngine engine;
    private final @Nullable CodedResponses coded;
    private final Delivery delivery;
    private final RequestObserver observer;
    private final @Nullable HopSigning signing;
    private final @Nullable DebugToken debug;

    /**
     * A pipeline.
     *
     * @param node the node's name, a token
     * @param sites the configuration that holds for the next request; null before there is one, or
     *     before the node may serve by it
     * @param coded makes codings of answers to clients; null for none
     * @param signing verifies requests of the fleet's own nodes; null for a node that answers to
     *     clients only
     * @param debug shown by requests that are told their cache key; null for none
     */
    public Pipeline(
            String node,
            Supplier<@Nullable SiteRoutes> sites,
            KeyHasher keys,
            CacheEngine engine,
            @Nullable CodedResponses coded,
            @Nullable HopSigning signing,
            @Nullable DebugToken debug,
            RequestObserver observer) {
        this.sites = sites;
        this.loops = new LoopDetection(node);
        this.guard = new Guard(loops);
        this.keys = keys;
        this.engine = engine;
        this.coded = coded;
        this.delivery = new Delivery(new CacheStatus(node), signing);
        this.signing = signing;
        this.debug = debug;
        this.observer = observer;
    }

    @Override
    public void handle(Exchange exchange) {
        SiteRoutes routes = sites.get();
        if (loops.isProbe(exchange.request())) {
            // Of a router, not of a client: neither counted nor logged among requests.
            exchange.send(routes == null ? NOT_YET : ALIVE, null);
            return;
        }
        Passage passage = receive(exchange, routes);
        if (routes == null) {
            delivery.local(passage, LocalAnswer.STARTING);
            return;
        }
        RuleRoute rule = route(passage, routes);
        LocalAnswer refusal = guard.check(passage.head(), exchange.request().authority(), rule);
        if (refusal != null || rule == null) {
            delivery.local(passage, refusal == null ? LocalAnswer.UNKNOWN_HOST : refusal);
            return;
        }
        engine.answer(key(passage, rule), passage);
    }

    private Passage receive(Exchange exchange, @Nullable SiteRoutes routes) {
        RequestHead head = exchange.request();
        HopRequest hop = signing == null ? null : signing.verify(head);
        if (hop != null) {
            // The edge's client may have used another scheme than the edge does toward us.
            String scheme = ForwardedFields.clientScheme(head.fields(), true, head.scheme());
            head =
                    new RequestHead(
                            head.method(), scheme, head.authority(), head.target(), head.fields());
        }
        boolean debugged = false;
        if (debug != null && DebugToken.isIn(head.fields())) {
            debugged = debug.isShownBy(head.fields());
            head = DebugToken.without(head);
        }
        String authority = routes == null ? head.authority() : routes.authority(head.authority());
        if (!authority.equals(head.authority())) {
            head =
                    new RequestHead(
                            head.method(), head.scheme(), authority, head.target(), head.fields());
        }
        Passage passage =
                new Passage(exchange, head, hop, hop == null ? coded : null, delivery, observer);
        if (debugged) {
            passage.debugged();
        }
        exchange.onEnd(passage);
        return passage;
    }

    private static @Nullable RuleRoute route(Passage passage, SiteRoutes routes) {
        RuleRoute rule = routes.match(passage.head(), null);
        passage.routed(rule);
        return rule;
    }

    private CacheRequest key(Passage passage, RuleRoute rule) {
        RequestHead head = passage.head();
        String host = Hosts.normalise(head.scheme(), head.authority());
        // The origin gets the same target as the key, so that nothing outside the key shapes a
        // response.
        String target = rule.route().targets().apply(head.target());
        CacheKey key = keys.key(rule.route().site(), head.scheme(), host, target);
        CacheRequest request = new CacheRequest(rule.route(), key, head, host, target, passage);
        passage.asks(engine, request);
        if (passage.isDebugged()) {
            passage.tells(DebugToken.parameter(head.scheme(), host, target, key));
        }
        HopRequest hop = passage.hop();
        if (hop != null && hop.foreign()) {
            request.passBecause(MissReason.OTHER_HISTORY);
        } else if (hop != null) {
            request.demanded(hop.applied(), hop.need());
        }
        return request;
    }
}
