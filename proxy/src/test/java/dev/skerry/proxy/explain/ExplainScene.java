package dev.skerry.proxy.explain;

import dev.skerry.cache.engine.Answer;
import dev.skerry.cache.engine.CacheEngine;
import dev.skerry.cache.engine.CacheOutcome;
import dev.skerry.cache.engine.CacheRequest;
import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.Requester;
import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.engine.UpstreamFailure;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.KeyHasher;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.purge.PurgeScopes;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.protocol.ExplainQuestion;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.proxy.pipeline.RuleRoute;
import dev.skerry.proxy.pipeline.SiteRoutes;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An engine with routes and a ledger, over an upstream that says what it is told. */
final class ExplainScene implements AutoCloseable {
    private static final String HOST = "www.shop.example";
    private static final String SITE =
            """
            site: shop
            hosts: [www.shop.example]
            origins: [{url: "http://127.0.0.1:1"}]
            defaults: {query-remove: [utm_*]}
            rules:
              - match: {path: "/api/**", method: GET}
                pass: true
              - match: {path: "/secret"}
                deny: {status: 404}
            """;

    final ManualClock clock = new ManualClock();
    final NodeExplain explain;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final MemoryStore store = MemoryStore.of(32L << 20, clock);
    private final Ledger ledger = new Ledger(1000);
    private final LocalInvalidations local = new LocalInvalidations(new Ledger(1000));
    private final KeyHasher keys = new KeyHasher(new byte[KeyHasher.SECRET_BYTES]);
    private final AtomicInteger fetches = new AtomicInteger();
    private final CacheEngine engine;
    private final SiteRoutes routes;
    private volatile FieldList fields = FieldList.EMPTY;
    private volatile int status = 200;
    private volatile @Nullable Gate gate;

    ExplainScene() {
        TimeSource time =
                new TimeSource() {
                    @Override
                    public long nanoTime() {
                        return clock.getAsLong();
                    }

                    @Override
                    public long wallMillis() {
                        return clock.millis();
                    }
                };
        engine =
                new CacheEngine(
                        store, time, threads, CacheEngine.Limits.DEFAULT, (site, key, url) -> {});
        routes =
                new SiteRoutes(
                        ConfigLoader.parse("site.yaml", SITE.getBytes(StandardCharsets.UTF_8))
                                .sites(),
                        "edge-1",
                        SiteRoutes.Names.ALONE,
                        1 << 20,
                        false,
                        site -> this::fetch,
                        site -> new Liveness(site, ledger, local));
        explain =
                new NodeExplain(
                        "edge-1", "edge", () -> routes, keys, engine, number -> "r" + number);
    }

    /** What upstream says from now on. */
    void origin(String... lines) {
        fields = FieldList.of(lines);
    }

    /** The status from now on; 0: it cannot be reached. */
    void status(int with) {
        status = with;
    }

    /** Holds upstream's answers until the gate is opened. */
    Gate hold() {
        Gate held = new Gate("upstream");
        gate = held;
        return held;
    }

    int fetches() {
        return fetches.get();
    }

    void purge(long revision, Scope scope, String value, Mode mode) {
        String full = scope == Scope.PREFIX ? HOST + value : value;
        PurgeRecord record = new PurgeRecord(revision, "shop", scope, full, mode, 0);
        ledger.apply(PurgeScopes.keyed(record, clock.monotonicMillis(), routes));
    }

    String explain(String target, Map<String, String> request) throws MalformedMessage {
        return explain.answer(ExplainQuestion.of("GET", "http://" + HOST + target, request).json());
    }

    String explainUrl(String url) throws MalformedMessage {
        return explain.answer(ExplainQuestion.of(url));
    }

    /** Makes a request, and waits until what it began has ended. */
    CacheOutcome get(String target, String... lines) throws Exception {
        CacheOutcome outcome = later(target, lines).get(30, TimeUnit.SECONDS);
        Await.until("nothing is fetched", () -> engine.fillsUnderWay() == 0);
        return outcome;
    }

    CompletableFuture<CacheOutcome> later(String target, String... lines) {
        RequestHead head = new RequestHead("GET", "http", HOST, target, FieldList.of(lines));
        RuleRoute rule = Objects.requireNonNull(routes.match(head, null));
        String canonical = rule.route().targets().apply(target);
        CacheRequest request =
                new CacheRequest(
                        rule.route(),
                        keys.key("shop", "http", HOST, canonical),
                        head,
                        HOST,
                        canonical,
                        Requester.NODE);
        CompletableFuture<CacheOutcome> outcome = new CompletableFuture<>();
        engine.answer(
                request,
                answer -> {
                    switch (answer) {
                        case Answer.Stored stored -> stored.response().release();
                        case Answer.Streaming streaming -> {
                            if (streaming.reader() != null) {
                                streaming.reader().close();
                            }
                        }
                        case Answer.Coded coded -> throw new AssertionError("not the engine");
                        case Answer.Failed failed -> {}
                        case Answer.NotCached none -> {}
                    }
                    outcome.complete(answer.outcome());
                });
        return outcome;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        store.close();
    }

    private Upstream.Response fetch(Upstream.Request request) throws UpstreamFailure {
        fetches.incrementAndGet();
        Gate held = gate;
        try {
            if (held != null) {
                held.await();
            }
        } catch (InterruptedException e) {
            throw new UpstreamFailure(UpstreamFailure.Kind.RESET, "ended", e);
        }
        if (status == 0) {
            throw new UpstreamFailure(UpstreamFailure.Kind.CONNECT, "nobody is there");
        }
        return new Said(new ResponseHead(status, fields), request.applied());
    }

    private record Said(ResponseHead head, long bornAt, ByteBuffer body)
            implements Upstream.Response {
        Said(ResponseHead head, long bornAt) {
            this(head, bornAt, ByteBuffer.wrap(new byte[head.status() == 304 ? 0 : 100]));
        }

        @Override
        public boolean stale() {
            return false;
        }

        @Override
        public String peer() {
            return "origin";
        }

        @Override
        public long announcedLength() {
            return body.remaining();
        }

        @Override
        public int read(ByteBuffer buffer) {
            if (!body.hasRemaining()) {
                return -1;
            }
            int count = Math.min(buffer.remaining(), body.remaining());
            buffer.put(body.slice(body.position(), count));
            body.position(body.position() + count);
            return count;
        }

        @Override
        public void close() {}
    }
}
