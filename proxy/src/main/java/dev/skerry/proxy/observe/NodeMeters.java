package dev.skerry.proxy.observe;

import dev.skerry.cache.engine.CacheEngine;
import dev.skerry.cache.engine.CodedCounters;
import dev.skerry.cache.engine.CodedResponses;
import dev.skerry.cache.engine.EngineCounters;
import dev.skerry.cache.engine.LeftBehindOutcome;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.policy.ContentCoding;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.net.server.HttpServer;
import dev.skerry.proxy.feed.FeedCounters;
import dev.skerry.proxy.upstream.Endpoint;
import dev.skerry.proxy.upstream.health.Breaker;
import java.util.Collection;
import java.util.Locale;

/**
 * The figures of a node's parts: {@code skerry_cache_*}, {@code skerry_upstream_*}, {@code
 * skerry_purge_*}.
 */
public final class NodeMeters {
    private NodeMeters() {}

    /** Shows the memory tier. */
    public static void store(Metrics metrics, ResponseStore store) {
        metrics.gauge("skerry_cache_objects", "Stored responses.", store::count, "tier", "memory");
        metrics.gauge(
                "skerry_cache_bytes",
                "Bytes in use, those being filled or sent included.",
                store::bytes,
                "tier",
                "memory");
        metrics.gauge(
                "skerry_cache_capacity_bytes",
                "The most bytes that will be in use.",
                store::capacity,
                "tier",
                "memory");
        metrics.count(
                "skerry_cache_evictions_total",
                "Responses evicted for room.",
                store::evictions,
                "tier",
                "memory");
    }

    /** Shows how a node follows the control plane. */
    public static void feed(Metrics metrics, FeedCounters counters, Lease lease) {
        metrics.gauge(
                "skerry_feed_connected",
                "1 while a control plane is followed.",
                () -> counters.connected() ? 1 : 0);
        metrics.gauge(
                "skerry_feed_applied_counter",
                "The last change applied of the present history, durable or not.",
                counters::applied);
        metrics.gauge(
                "skerry_lease_remaining_seconds",
                "For how long sites that revalidate without the control plane are served freely.",
                () -> lease.remainingMillis() / 1000);
        metrics.count("skerry_feed_changes_total", "Changes received.", counters::changes);
        metrics.count("skerry_feed_snapshots_total", "Snapshots taken.", counters::snapshots);
        metrics.count(
                "skerry_feed_reconnects_total",
                "Streams opened after the first.",
                counters::reconnects);
        metrics.count(
                "skerry_feed_failures_total",
                "Streams and attempts that failed.",
                counters::failures);
    }

    /** Shows the engine. */
    public static void engine(Metrics metrics, CacheEngine engine) {
        EngineCounters counters = engine.counters();
        metrics.gauge("skerry_cache_fills", "Keys being fetched.", engine::fillsUnderWay);
        metrics.count(
                "skerry_upstream_requests_total", "Requests sent upstream.", counters::fetches);
        metrics.count(
                "skerry_cache_refreshes_total",
                "Refreshes behind a stale response.",
                counters::refreshes);
        metrics.count(
                "skerry_cache_uncacheable_total",
                "Fetched responses that could not be shared.",
                counters::uncacheable);
        metrics.count(
                "skerry_cache_rejected_answers_total",
                "Answers that a purge had overtaken.",
                counters::rejections);
        metrics.count(
                "skerry_cache_invalidations_total",
                "URLs invalidated by unsafe requests.",
                counters::invalidations);
        metrics.count(
                "skerry_upstream_broken_bodies_total",
                "Bodies from upstream that broke off.",
                counters::brokenBodies);
        metrics.count(
                "skerry_cache_abandoned_fetches_total",
                "Fetches ended because every client had left.",
                counters::abandoned);
        for (LeftBehindOutcome outcome : LeftBehindOutcome.values()) {
            metrics.count(
                    "skerry_cache_readers_left_behind_total",
                    "Readers that fell behind the window of a fetch, by what became of them.",
                    () -> counters.leftBehind(outcome),
                    "outcome",
                    outcome.word());
        }
        for (UpstreamFailure.Kind kind : UpstreamFailure.Kind.values()) {
            metrics.count(
                    "skerry_cache_failed_answers_total",
                    "Requests that were told that nothing could be had, by why.",
                    () -> counters.failed(kind),
                    "reason",
                    kind.word());
        }
        for (ResponseStore.PutResult result : ResponseStore.PutResult.values()) {
            metrics.count(
                    "skerry_cache_stores_total",
                    "Responses that came to be stored, by what became of them.",
                    () -> counters.stored(result),
                    "result",
                    result.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    /** Shows the content codings made here. */
    public static void codings(Metrics metrics, CodedResponses coded) {
        CodedCounters counters = coded.counters();
        metrics.gauge("skerry_coding_under_way", "Bodies being coded.", coded::underWay);
        metrics.count(
                "skerry_coding_refused_total",
                "Answers sent without a coding because too many bodies were being coded.",
                counters::refused);
        for (ContentCoding coding : ContentCoding.values()) {
            String[] label = {"coding", coding.token()};
            metrics.count(
                    "skerry_coding_runs_total",
                    "Bodies that began to be coded.",
                    () -> counters.encodings(coding),
                    label);
            metrics.count(
                    "skerry_coding_failed_total",
                    "Bodies that broke off while they were coded.",
                    () -> counters.failed(coding),
                    label);
            metrics.count(
                    "skerry_coding_useless_total",
                    "Bodies that the coding made hardly smaller.",
                    () -> counters.useless(coding),
                    label);
            metrics.count(
                    "skerry_coding_bytes_in_total",
                    "Bytes of bodies before the coding.",
                    () -> counters.bytesIn(coding),
                    label);
            metrics.count(
                    "skerry_coding_bytes_out_total",
                    "Bytes of bodies after the coding.",
                    () -> counters.bytesOut(coding),
                    label);
        }
    }

    /** Shows the ledger. */
    public static void ledger(Metrics metrics, Ledger ledger) {
        metrics.gauge(
                "skerry_purge_applied_revision", "The purge revision applied.", ledger::applied);
        metrics.gauge("skerry_purge_records", "Purge records in the ledger.", ledger::records);
    }

    /** Shows the connections. */
    public static void connections(Metrics metrics, HttpServer server, WatchedHttpClient client) {
        metrics.gauge(
                "skerry_http_connections", "Open connections of clients.", server::connections);
        metrics.gauge(
                "skerry_upstream_connections",
                "Open connections to upstreams.",
                () -> client.stats().open());
        metrics.gauge(
                "skerry_upstream_idle_connections",
                "Connections to upstreams that wait to be used again.",
                () -> client.stats().idle());
        metrics.count(
                "skerry_upstream_connections_opened_total",
                "Connections opened to upstreams.",
                () -> client.stats().opened());
        metrics.count(
                "skerry_upstream_surplus_total",
                "Times that an upstream sent bytes which no request had asked for, or framed a"
                        + " response doubtfully.",
                () -> client.stats().suspect());
    }

    /**
     * Shows an upstream of a site.
     *
     * @param peer host and port
     * @param endpoints those that live there; safe to be read while more are added
     */
    public static void upstream(
            Metrics metrics, String site, String peer, Collection<Endpoint> endpoints) {
        String[] labels = {"site", site, "peer", peer};
        metrics.gauge(
                "skerry_upstream_in_flight",
                "Requests under way to an upstream.",
                () -> endpoints.stream().mapToLong(Endpoint::inFlight).sum(),
                labels);
        metrics.gauge(
                "skerry_upstream_breaker_open",
                "Whether an upstream is ejected.",
                () ->
                        endpoints.stream().allMatch(e -> e.breakerState() == Breaker.State.CLOSED)
                                ? 0
                                : 1,
                labels);
        metrics.count(
                "skerry_upstream_breaker_openings_total",
                "How often an upstream was ejected.",
                () -> endpoints.stream().mapToLong(Endpoint::breakerOpenings).sum(),
                labels);
        metrics.count(
                "skerry_upstream_reuse_races_total",
                "Requests sent again because a kept connection was closed just then.",
                () -> endpoints.stream().mapToLong(Endpoint::reuseRaces).sum(),
                labels);
        metrics.count(
                "skerry_upstream_unverified_total",
                "Responses of a shield that were not signed with our key.",
                () -> endpoints.stream().mapToLong(Endpoint::unverified).sum(),
                labels);
        for (UpstreamFailure.Kind kind : UpstreamFailure.Kind.values()) {
            metrics.count(
                    "skerry_upstream_failures_total",
                    "Requests to an upstream that failed.",
                    () -> endpoints.stream().mapToLong(e -> e.failures(kind)).sum(),
                    "site",
                    site,
                    "peer",
                    peer,
                    "reason",
                    kind.word());
        }
    }
}
