package dev.skerry.proxy.observe;

import dev.skerry.cache.engine.CacheOutcome;
import dev.skerry.cache.store.Tier;
import dev.skerry.net.metrics.Counter;
import dev.skerry.net.metrics.Family;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.net.metrics.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts requests from clients: {@code skerry_http_*}. */
final class RequestMeters {
    private static final String NONE = "";

    private final Family<Counter> requests;
    private final Family<Counter> bytes;
    private final Family<Counter> cut;
    private final Family<Timer> durations;
    private final Family<Counter> stored;
    private final Map<String, SiteMeters> sites = new ConcurrentHashMap<>();

    RequestMeters(Metrics metrics) {
        requests =
                metrics.counters(
                        "skerry_http_requests_total",
                        "Requests from clients.",
                        "site",
                        "outcome",
                        "reason",
                        "code");
        bytes =
                metrics.counters(
                        "skerry_http_response_body_bytes_total",
                        "Body bytes sent to clients.",
                        "site",
                        "outcome");
        cut =
                metrics.counters(
                        "skerry_http_responses_cut_total",
                        "Responses that did not leave whole.",
                        "site",
                        "outcome");
        stored =
                metrics.counters(
                        "skerry_http_stored_answers_total",
                        "Requests that were answered with a stored response, by where it lay.",
                        "site",
                        "tier");
        durations =
                metrics.timers(
                        "skerry_http_request_duration_seconds",
                        "From the request's head received to the response's last byte handed over.",
                        Metrics.REQUEST_BOUNDS,
                        "site",
                        "outcome");
    }

    void count(
            String site,
            CacheOutcome outcome,
            @Nullable String reason,
            @Nullable Tier tier,
            int status,
            long bodyBytes,
            boolean whole,
            long nanos) {
        SiteMeters meters = sites.get(site);
        if (meters == null) {
            meters = sites.computeIfAbsent(site, SiteMeters::new);
        }
        if (tier != null) {
            meters.of(tier).increment();
        }
        OutcomeMeters of = meters.of(outcome);
        if (reason == null && status / 100 == 2) {
            of.plain.increment();
        } else {
            requests.with(site, outcome.word(), reason == null ? NONE : reason, code(status))
                    .increment();
        }
        of.bytes.add(bodyBytes);
        of.duration.record(nanos);
        if (!whole) {
            of.cut.increment();
        }
    }

    private static String code(int status) {
        return status == 0 ? "none" : status / 100 + "xx";
    }

    /** Resolved once, so that a hit looks nothing up by label. */
    private final class SiteMeters {
        private final Map<CacheOutcome, OutcomeMeters> outcomes = new EnumMap<>(CacheOutcome.class);
        private final Map<Tier, Counter> tiers = new EnumMap<>(Tier.class);

        SiteMeters(String site) {
            for (CacheOutcome outcome : CacheOutcome.values()) {
                outcomes.put(outcome, new OutcomeMeters(site, outcome.word()));
            }
            for (Tier tier : Tier.values()) {
                tiers.put(tier, stored.with(site, tier.word()));
            }
        }

        Counter of(Tier tier) {
            Counter counter = tiers.get(tier);
            if (counter == null) {
                throw new IllegalStateException("no meter for " + tier);
            }
            return counter;
        }

        OutcomeMeters of(CacheOutcome outcome) {
            OutcomeMeters meters = outcomes.get(outcome);
            if (meters == null) {
                throw new IllegalStateException("no meters for " + outcome);
            }
            return meters;
        }
    }

    private final class OutcomeMeters {
        final Counter plain;
        final Counter bytes;
        final Counter cut;
        final Timer duration;

        OutcomeMeters(String site, String outcome) {
            this.plain = requests.with(site, outcome, NONE, "2xx");
            this.bytes = RequestMeters.this.bytes.with(site, outcome);
            this.cut = RequestMeters.this.cut.with(site, outcome);
            this.duration = durations.with(site, outcome);
        }
    }
}
