package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.config.Origin;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.upstream.balance.Candidate;
import dev.skerry.proxy.upstream.health.Breaker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** One origin or shield as this node sees it: its health, what is in flight, and its counters. */
public final class Endpoint implements Candidate {
    /** A beat gives a lease once a second; this is long enough to be worth going elsewhere. */
    static final Duration CUT_OFF = Duration.ofSeconds(5);

    private static final long NEVER = Long.MIN_VALUE;

    private final Origin origin;
    private final Breaker breaker;
    private final AddressOrder addresses;
    private final String address;
    private final HttpClient.Timeouts timeouts;
    private final Semaphore connections;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long cutOffSince = NEVER;
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
        String host = origin.host();
        this.address = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        Origin.Timeouts limits = origin.timeouts();
        this.timeouts =
                new HttpClient.Timeouts(
                        limits.connect(),
                        limits.firstByte(),
                        limits.betweenBytes(),
                        limits.total());
        this.connections = new Semaphore(origin.maxConnections());
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
        return origin.host() + ":" + origin.port();
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

    /**
     * Whether it has said of late that it has no lease. Not for long: whoever is not asked cannot
     * say that it has one again.
     */
    boolean isCutOff(long nowNanos) {
        long since = cutOffSince;
        return since != NEVER && nowNanos - since < CUT_OFF.toNanos();
    }

    void isCutOffSince(long nowNanos) {
        cutOffSince = nowNanos;
    }

    void hasALease() {
        cutOffSince = NEVER;
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

    /** The host as a resolver takes it: an IPv6 literal without brackets. */
    String host() {
        return address;
    }

    HttpClient.Timeouts timeouts() {
        return timeouts;
    }

    /** The request target below the base path, byte for byte; {@code *} has no path. */
    String target(String target) {
        return target.startsWith("/") ? origin.basePath() + target : target;
    }

    /**
     * Begins an exchange, of which there are at most as many as the origin may have connections;
     * waits for one to end as long as for a connection. False when none did; else {@link #ended} is
     * owed.
     */
    boolean begin() throws InterruptedException {
        if (!connections.tryAcquire()) {
            Duration limit = timeouts.connect();
            if (!limit.isPositive()) {
                connections.acquire();
            } else if (!connections.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        inFlight.incrementAndGet();
        return true;
    }

    void ended() {
        inFlight.decrementAndGet();
        connections.release();
    }

    void sent() {
        requests.increment();
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
