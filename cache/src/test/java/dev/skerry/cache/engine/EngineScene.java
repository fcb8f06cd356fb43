package dev.skerry.cache.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.coding.Encoders;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.policy.CacheRules;
import dev.skerry.cache.policy.Compression;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** An engine between a played upstream and listeners that wait, on a clock that tests move. */
abstract class EngineScene {
    final ManualClock clock = new ManualClock();
    final PlayedUpstream upstream = new PlayedUpstream();
    final MemoryStore store = MemoryStore.of(16L << 20, clock);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Gate> gates = new ArrayList<>();
    final Ledger ledger = new Ledger(100);
    private final Liveness liveness =
            new Liveness("shop", ledger, new LocalInvalidations(new Ledger(100)));

    /** For requests that are made from now on. */
    Lease lease = Lease.endless();

    boolean orStale;

    private final TimeSource time =
            new TimeSource() {
                @Override
                public long nanoTime() {
                    return clock.getAsLong();
                }

                @Override
                public long wallMillis() {
                    return clock.instant().toEpochMilli();
                }
            };

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        gates.forEach(Gate::open);
        executor.shutdown();
        assertTrue(executor.awaitTermination(30, TimeUnit.SECONDS));
        store.close();
        assertEquals(0, store.bytes());
    }

    CacheEngine engine(CacheEngine.Limits limits) {
        return new CacheEngine(store, time, executor, limits, (site, key, url) -> {});
    }

    CodedResponses coded(Encoders encoders, CodedResponses.Limits limits) {
        return coded(store, executor, encoders, limits);
    }

    CodedResponses coded(
            ResponseStore any, Executor runner, Encoders encoders, CodedResponses.Limits limits) {
        return new CodedResponses(any, time, runner, encoders, limits);
    }

    Gate gate(String name) {
        Gate gate = new Gate(name);
        gates.add(gate);
        return gate;
    }

    /** Asks; the answer comes later, and has been let go of by then. */
    CompletableFuture<Answer> ask(CacheEngine engine, String target, String... fields) {
        CompletableFuture<Answer> later = new CompletableFuture<>();
        engine.answer(
                request(target, null, fields),
                answer -> {
                    release(answer);
                    later.complete(answer);
                });
        return later;
    }

    CacheRequest request(String target, @Nullable Compression compression, String... fields) {
        Route route =
                new Route(
                        "shop",
                        liveness,
                        new ControlLoss(lease, orStale),
                        CacheRules.DEFAULT,
                        compression,
                        any -> any,
                        null,
                        upstream,
                        any -> any,
                        any -> any);
        return new CacheRequest(
                route,
                new CacheKey(target.hashCode(), 1),
                new RequestHead("GET", "http", "shop.example", target, FieldList.of(fields)),
                "shop.example",
                target,
                Requester.NODE);
    }

    static void release(Answer answer) {
        switch (answer) {
            case Answer.Stored stored -> stored.response().release();
            case Answer.Streaming streaming when streaming.reader() != null ->
                    streaming.reader().close();
            case Answer.Streaming streaming -> {}
            case Answer.Coded coded -> {
                if (coded.reader() != null) {
                    coded.reader().close();
                }
                release(coded.uncoded());
            }
            case Answer.Failed failed -> {}
            case Answer.NotCached none -> {}
        }
    }

    static <T> T now(CompletableFuture<T> later) throws Exception {
        return later.get(30, TimeUnit.SECONDS);
    }

    /** Asks and waits until the fetch, if there was one, is over. */
    Answer get(CacheEngine engine, String target) throws Exception {
        Answer answer = now(ask(engine, target));
        Await.until("no fetch is left", () -> engine.fillsUnderWay() == 0);
        return answer;
    }
}
