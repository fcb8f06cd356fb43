package dev.skerry.cache.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.skerry.cache.engine.CacheEngine.Limits;
import dev.skerry.cache.engine.UpstreamFailure.Kind;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each limit of the engine, at the limit and one past it. */
class EngineLimitsTest extends EngineScene {
    private static final byte[] BODY = {1, 2, 3};

    private static Upstream.Response personal() {
        return PlayedUpstream.response(200, BODY, "Cache-Control", "private");
    }

    private static Upstream.Response shared(String control) {
        return PlayedUpstream.response(200, BODY, "Cache-Control", control, "ETag", "\"1\"");
    }

    private static UpstreamFailure reset() {
        return new UpstreamFailure(Kind.RESET, "played");
    }

    @Test
    void asManyAsMayWaitForOneHeadAndTheNextIsToldSo() throws Exception {
        CacheEngine engine = engine(new Limits(3, 10, 1000));
        Gate head = gate("head");
        upstream.plays(request -> {
            head.await();
            return shared("max-age=10");
        });
        List<CompletableFuture<Answer>> line = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            line.add(ask(engine, "/a"));
        }

        Answer.Failed refused = assertInstanceOf(Answer.Failed.class, now(ask(engine, "/a")));

        assertEquals(Kind.OVERLOADED, refused.failure().kind());
        assertEquals(503, refused.failure().kind().status());
        assertEquals(1, engine.counters().failed(Kind.OVERLOADED));
        for (CompletableFuture<Answer> waiting : line) {
            assertFalse(waiting.isDone());
        }
        head.open();
        for (CompletableFuture<Answer> waiting : line) {
            assertInstanceOf(Answer.Streaming.class, now(waiting));
        }
        assertEquals(1, upstream.requests().size());
    }

    @Test
    void asManyRangesOfOneResponseAreFetchedForEverybodyAsMayBeAndTheNextForItself()
            throws Exception {
        CacheEngine engine = engine(Limits.DEFAULT);
        Gate heads = gate("heads");
        upstream.plays(request -> {
            heads.await();
            return shared("max-age=10");
        });
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            asked.add(ask(engine, "/a", "Range", "bytes=" + 1000L * i + "-" + (1000L * i + 9)));
        }
        awaitRequests(64);

        asked.add(ask(engine, "/a", "Range", "bytes=63000-63009")); // the last that was known
        asked.add(ask(engine, "/a", "Range", "bytes=64000-64009")); // one past the limit
        awaitRequests(65);
        asked.add(ask(engine, "/a", "Range", "bytes=64000-64009"));
        awaitRequests(66);

        heads.open();
        for (CompletableFuture<Answer> answer : asked) {
            assertInstanceOf(Answer.Streaming.class, now(answer));
        }
        assertEquals(66, upstream.requests().size());
        Await.until("no fetch is left", () -> engine.fillsUnderWay() == 0);
    }

    private void awaitRequests(int count) throws Exception {
        Await.until(count + " requests", () -> upstream.requests().size() >= count);
    }

    @Test
    void asManyUncacheableKeysAreRememberedAsMayBe() throws Exception {
        CacheEngine engine = engine(new Limits(10, 3, 1000));
        upstream.plays(request -> personal());
        for (String target : List.of("/1", "/2", "/3")) {
            get(engine, target);
        }
        for (String target : List.of("/1", "/2", "/3")) {
            assertEquals(MissReason.HIT_FOR_MISS, get(engine, target).reason());
        }

        get(engine, "/4");

        assertEquals(MissReason.COLD, get(engine, "/1").reason());
        assertEquals(MissReason.HIT_FOR_MISS, get(engine, "/4").reason());
    }

    @Test
    void whatCouldNotBeSharedCollapsesAgainWhenItsTimeIsOver() throws Exception {
        CacheEngine engine = engine(Limits.DEFAULT);
        upstream.plays(request -> personal());
        get(engine, "/a");
        clock.advance(Duration.ofMillis(59_999));
        assertEquals(MissReason.HIT_FOR_MISS, get(engine, "/a").reason());
        // That answer was private too, and is remembered anew: a minute from then on.
        clock.advance(Duration.ofMinutes(1));
        Gate head = gate("head");
        upstream.plays(request -> {
            head.await();
            return shared("max-age=10");
        });

        List<CompletableFuture<Answer>> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            crowd.add(ask(engine, "/a"));
        }
        head.awaitArrival();
        head.open();

        assertEquals(CacheOutcome.MISS, now(crowd.getFirst()).outcome());
        for (CompletableFuture<Answer> one : crowd.subList(1, 20)) {
            CacheOutcome outcome = now(one).outcome();
            assertEquals(true, outcome == CacheOutcome.COLLAPSED || outcome == CacheOutcome.HIT);
        }
        assertEquals(3, upstream.requests().size());
    }

    @Test
    void afterAFailureTheStaleResponseIsServedForAsLongAsTheBackOffLasts() throws Exception {
        CacheEngine engine = engine(new Limits(10, 10, 1000));
        upstream.plays(request -> shared("max-age=10, stale-if-error=100"));
        get(engine, "/a");
        clock.advance(Duration.ofSeconds(20));
        upstream.plays(request -> {
            throw reset();
        });

        assertEquals(CacheOutcome.STALE_IF_ERROR, get(engine, "/a").outcome());
        assertEquals(2, upstream.requests().size());
        clock.advance(Duration.ofMillis(999));
        assertEquals(CacheOutcome.STALE_IF_ERROR, get(engine, "/a").outcome());
        assertEquals(2, upstream.requests().size());
        clock.advance(Duration.ofMillis(1));
        assertEquals(CacheOutcome.STALE_IF_ERROR, get(engine, "/a").outcome());
        assertEquals(3, upstream.requests().size());
    }

    @Test
    void asManyFailingKeysAreRememberedAsMayBe() throws Exception {
        CacheEngine engine = engine(new Limits(10, 2, 1000));
        upstream.plays(request -> shared("max-age=10, stale-if-error=100"));
        List<String> targets = List.of("/1", "/2", "/3");
        for (String target : targets) {
            get(engine, target);
        }
        clock.advance(Duration.ofSeconds(20));
        upstream.plays(request -> {
            throw reset();
        });
        for (String target : targets) {
            get(engine, target);
        }
        assertEquals(6, upstream.requests().size());

        get(engine, "/3");
        get(engine, "/2");
        assertEquals(6, upstream.requests().size());
        get(engine, "/1");
        assertEquals(7, upstream.requests().size());
    }

    @Test
    void aRefreshThatFailsIsTriedAgainAfterTheBackOffAndNotBefore() throws Exception {
        CacheEngine engine = engine(new Limits(10, 10, 1000));
        upstream.plays(request -> shared("max-age=10, stale-while-revalidate=100"));
        get(engine, "/a");
        clock.advance(Duration.ofSeconds(20));
        upstream.plays(request -> {
            throw reset();
        });

        for (int i = 0; i < 20; i++) {
            assertEquals(CacheOutcome.STALE, get(engine, "/a").outcome());
        }
        assertEquals(2, upstream.requests().size());
        clock.advance(Duration.ofMillis(999));
        get(engine, "/a");
        assertEquals(2, upstream.requests().size());
        clock.advance(Duration.ofMillis(1));
        get(engine, "/a");
        assertEquals(3, upstream.requests().size());
        assertEquals(2, engine.counters().refreshes());
    }
}
