package dev.skerry.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.config.Origin;
import dev.skerry.config.Site;
import dev.skerry.proxy.upstream.health.Breaker;
import dev.skerry.testkit.ManualClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;

/** Pools of origins on a network and a clock that tests play. */
abstract class OriginPoolScene {
    static final String A = "192.0.2.1:80";
    static final String B = "192.0.2.2:80";
    static final Upstream.Request GET = Requests.get("/x");

    final ManualClock clock = new ManualClock();
    final ScriptedClient network = new ScriptedClient();
    final OriginPool one = pool(origin("192.0.2.1", 1));
    final OriginPool two = pool(origin("192.0.2.1", 1), origin("192.0.2.2", 1));

    static UpstreamFailure.Kind failureOf(OriginPool pool, Upstream.Request request) {
        return assertThrows(UpstreamFailure.class, () -> pool.fetch(request)).kind();
    }

    static Origin origin(String host, int weight) {
        return origin("http://" + host, weight, Origin.Timeouts.DEFAULTS);
    }

    static Origin origin(String url, int weight, Origin.Timeouts timeouts) {
        Origin plain = Origin.of(url);
        return new Origin(
                plain.scheme(), plain.host(), plain.port(), plain.basePath(), weight, timeouts, 2);
    }

    OriginPool pool(Origin... origins) {
        return pool(Site.Balance.WEIGHTED, origins);
    }

    OriginPool pool(Site.Balance balancing, Origin... origins) {
        return new OriginPool(
                new OriginPool.Settings(
                        "edge", List.of(origins), balancing, false, Breaker.Settings.ORIGIN),
                network,
                name -> List.of(),
                clock,
                new Random(1));
    }

    /** One origin whose name has the addresses that are in the list when it is asked. */
    OriginPool named(List<InetAddress> zone) {
        return new OriginPool(
                OriginPool.Settings.of("edge", List.of(Origin.of("http://origin.example"))),
                network,
                name -> {
                    if (zone.isEmpty()) {
                        throw new UnknownHostException(name);
                    }
                    return List.copyOf(zone);
                },
                clock,
                new Random(1));
    }
}
