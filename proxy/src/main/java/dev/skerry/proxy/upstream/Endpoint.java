package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.proxy.upstream.balance.Candidate;
import dev.skerry.proxy.upstream.health.Breaker;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** One origin or shield as this node sees it: its health, what is in flight, and its counters. */
public final class Endpoint implements Candidate {
    private final Origin origin;
    private final Breaker breaker;
    private final AddressOrder addresses;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bodyFailures = new LongAdder();
    private final LongAdder unverified = new LongAdder();
    private final LongAdder reuseRaces = new LongAdder();
    private final Map<UpstreamFailure.Kind, LongAdder> failures =
            new EnumMap<>(UpstreamFailure.Kind.class);

    Endpoint(Origin origin, Breaker.Settings settings, LongSupplier nanoTime) {
        this.origin = origin;
        this.breaker = new Breaker(settings, nanoTime);
        this.addresses = new AddressOrder(nanoTime);
        for (UpstreamFailure.Kind kind : UpstreamFailure.Kind.values()) {
            failures.put(kind, new LongAdder());
        }
    }

    /** Where it is. */
    public Origin origin() {
        return origin;
    }

    /** Host and port. */
    public String name() {
        return origin.name();
    }

    @Override
    public int weight() {
        return origin.weight();
    }

    /** Exchanges begun and not ended: a response counts until it is closed. */
    @Override
    public int inFlight() {
        return inFlight.get();
    }

    /** Requests sent, or tried to be sent, since the start; a retry counts again. */
    public long requests() {
        return requests.sum();
    }

    /** Requests that got no response head, by what went wrong. */
    public long failures(UpstreamFailure.Kind kind) {
        LongAdder count = failures.get(kind);
        return count == null ? 0 : count.sum();
    }

    /** Responses whose body broke off. */
    public long bodyFailures() {
        return bodyFailures.sum();
    }

    /** Responses of a shield that could not prove what it is. */
    public long unverified() {
        return unverified.sum();
    }

    /** Requests sent again because a kept connection was closed just then. */
    public long reuseRaces() {
        return reuseRaces.sum();
    }

    /** The breaker's state. */
    public Breaker.State breakerState() {
        return breaker.state();
    }

    /** How often the breaker opened. */
    public long breakerOpenings() {
        return breaker.openings();
    }

    Breaker breaker() {
        return breaker;
    }

    AddressOrder addresses() {
        return addresses;
    }

    void started() {
        requests.increment();
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    void failed(UpstreamFailure.Kind kind) {
        LongAdder count = failures.get(kind);
        if (count != null) {
            count.increment();
        }
    }

    void bodyFailed() {
        bodyFailures.increment();
    }

    void couldNotBeVerified() {
        unverified.increment();
    }

    void lostReuseRace() {
        reuseRaces.increment();
    }

    @Override
    public String toString() {
        return name();
    }
}
