package dev.skerry.proxy.upstream;

import dev.skerry.proxy.upstream.balance.Balancer;
import dev.skerry.proxy.upstream.balance.LeastRequests;
import dev.skerry.proxy.upstream.balance.SmoothWeighted;
import java.util.random.RandomGenerator;

/** How a pool shares requests out among healthy origins. */
public enum Balancing {
    /** In turn, in proportion to the weights. */
    WEIGHTED,
    /** To the one with fewer requests in flight, of two drawn by weight. */
    LEAST_REQUESTS;

    Balancer<Endpoint> balancer(RandomGenerator random) {
        return switch (this) {
            case WEIGHTED -> new SmoothWeighted<>();
            case LEAST_REQUESTS -> new LeastRequests<>(random);
        };
    }
}
