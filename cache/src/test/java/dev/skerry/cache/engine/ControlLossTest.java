package dev.skerry.cache.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.Upstream.Request;
import dev.skerry.cache.engine.Upstream.Response;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.cache.purge.KeyedPurge;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.NodeTime;
import dev.skerry.config.protocol.LeaseTerms;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored on a node whose lease is over (PURGE.md rule 16). */
final class ControlLossTest extends EngineScene {
    private static final byte[] BODY = {'x'};
    private static final String[] STRONG = {"Cache-Control", "max-age=1000", "ETag", "\"1\""};

    private CacheEngine engine;

    @BeforeEach
    void begin() {
        lease = Lease.none(new NodeTime(clock::monotonicMillis, clock));
        lease.extend(clock.monotonicMillis(), LeaseTerms.LENGTH.toMillis());
        engine = engine(CacheEngine.Limits.DEFAULT);
        confirms(STRONG);
    }

    /** Upstream has one response, and confirms its tag. */
    private void confirms(String... fields) {
        upstream.plays(request ->
                request.head().fields().contains("If-None-Match")
                        ? PlayedUpstream.response(304, new byte[0], fields)
                        : PlayedUpstream.response(200, BODY, fields));
    }

    private void fails() {
        upstream.plays(request -> {
            throw new UpstreamFailure(UpstreamFailure.Kind.CONNECT, "down");
        });
    }

    private void loseControl() {
        clock.advance(LeaseTerms.LENGTH);
    }

    private Request lastAsked() {
        return upstream.requests().getLast();
    }

    @Test
    void rule16PastTheLeaseNothingIsUsedThatUpstreamHasNotConfirmed() throws Exception {
        get(engine, "/a");
        clock.advance(LeaseTerms.LENGTH.minusMillis(1));
        assertEquals(CacheOutcome.HIT, get(engine, "/a").outcome());
        assertEquals(1, upstream.requests().size());
        clock.advance(Duration.ofMillis(1));

        for (int asked = 2; asked <= 3; asked++) {
            Answer answer = get(engine, "/a");

            assertEquals(CacheOutcome.REVALIDATED, answer.outcome());
            assertEquals(MissReason.LEASE, answer.reason());
            assertEquals("\"1\"", lastAsked().head().fields().first("If-None-Match"));
            assertEquals(asked, upstream.requests().size(), "each time anew");
        }
        lease.extend(clock.monotonicMillis(), 1);
        assertEquals(CacheOutcome.HIT, get(engine, "/a").outcome(), "with a lease again");
    }

    @Test
    void aSiteThatIsServedWhateverHappensIs() throws Exception {
        lease = Lease.endless();
        get(engine, "/a");
        loseControl();
        fails();

        assertEquals(CacheOutcome.HIT, get(engine, "/a").outcome());
    }

    @Test
    void rule16WhatUpstreamCannotConfirmIsNotUsed() throws Exception {
        get(engine, "/a");
        loseControl();
        fails();

        // The second time upstream is known to fail, and is asked all the same.
        for (int i = 0; i < 2; i++) {
            Answer.Failed failed = assertInstanceOf(Answer.Failed.class, get(engine, "/a"));
            assertEquals(504, failed.status());
            assertEquals(MissReason.LEASE, failed.reason());
        }
    }

    @Test
    void rule16AServerErrorDoesNotBringTheStoredResponseBack() throws Exception {
        get(engine, "/a");
        loseControl();
        upstream.plays(request -> PlayedUpstream.response(503, BODY));

        assertEquals(
                503, assertInstanceOf(Answer.Streaming.class, get(engine, "/a")).head().status());
    }

    @Test
    void rule16UnlessTheSiteOptedOutInSoManyWords() throws Exception {
        orStale = true;
        confirms("Cache-Control", "max-age=1000, stale-if-error=1000", "ETag", "\"1\"");
        get(engine, "/a");
        loseControl();
        assertEquals(CacheOutcome.REVALIDATED, get(engine, "/a").outcome(), "it tries first");
        fails();

        Answer answer = get(engine, "/a");

        assertEquals(CacheOutcome.STALE_IF_ERROR, answer.outcome());
        assertEquals(MissReason.LEASE, answer.reason());
    }

    @Test
    void rule9OnlyAStrongTagConfirmsWhatAPurgeMayHaveKilled() throws Exception {
        String[] weak = {
            "Cache-Control", "max-age=1000",
            "ETag", "W/\"1\"",
            "Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT"
        };
        upstream.plays(request -> PlayedUpstream.response(200, BODY, weak));
        get(engine, "/a");
        loseControl();

        assertEquals(CacheOutcome.MISS, get(engine, "/a").outcome());
        assertNull(lastAsked().head().fields().first("If-None-Match"));
        assertNull(lastAsked().head().fields().first("If-Modified-Since"));
    }

    @Test
    void rule4AForcedRevalidationNeedsAllThatIsApplied() throws Exception {
        get(engine, "/a");
        ledger.apply(new KeyedPurge(7, 99, KeyedPurge.EVERYTHING, Mode.HARD, 0));
        loseControl();
        get(engine, "/a");

        assertEquals(7, lastAsked().applied());
        assertEquals(7, lastAsked().need());
    }

    @Test
    void staleWhileRevalidateNeedsALeaseToo() throws Exception {
        confirms("Cache-Control", "max-age=1, stale-while-revalidate=1000", "ETag", "\"1\"");
        get(engine, "/a");
        loseControl();

        Answer answer = get(engine, "/a");

        assertEquals(CacheOutcome.REVALIDATED, answer.outcome());
        assertEquals(MissReason.LEASE, answer.reason());
    }

    @Test
    void whoWantsWhatIsStoredAloneGetsNothing() throws Exception {
        get(engine, "/a");
        loseControl();
        // The rules of this scene let no request decide; what is asked is what would happen.
        assertEquals(Peek.Next.REVALIDATE, engine.peek(request("/a", null)).next());
        assertEquals(MissReason.LEASE, engine.peek(request("/a", null)).reason());
    }

    // ---- one fetch for many ----

    private Gate holdUpstream() {
        Gate head = gate("head");
        upstream.plays(request -> {
            head.await();
            return PlayedUpstream.response(200, BODY, STRONG);
        });
        return head;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestsShareWhatAnOriginSaidNoLongerAgoThanALease(boolean stored) throws Exception {
        if (stored) {
            get(engine, "/a");
        }
        loseControl();
        int before = upstream.requests().size();
        Gate head = holdUpstream();
        CompletableFuture<Answer> first = ask(engine, "/a");
        Await.until("it is asked", () -> upstream.requests().size() == before + 1);
        clock.advance(LeaseTerms.LENGTH);
        CompletableFuture<Answer> second = ask(engine, "/a");
        clock.advance(Duration.ofMillis(1));
        CompletableFuture<Answer> late = ask(engine, "/a");
        Await.until("one more is asked", () -> upstream.requests().size() == before + 2);
        head.open();

        assertFalse(now(first).outcome().isHit());
        assertShared(now(second));
        assertEquals(CacheOutcome.MISS, now(late).outcome());
        assertEquals(before + 2, upstream.requests().size());
    }

    @Test
    void requestsShareWhatAShieldSaidNoLongerThanItsOwnLeaseLasts() throws Exception {
        loseControl();
        Gate head = gate("head");
        upstream.plays(request -> {
            head.await();
            return new Vouched(PlayedUpstream.response(200, BODY, STRONG), 100);
        });
        CompletableFuture<Answer> first = ask(engine, "/a");
        Await.until("it is asked", () -> upstream.requests().size() == 1);
        clock.advance(Duration.ofMillis(100));
        CompletableFuture<Answer> within = ask(engine, "/a");
        clock.advance(Duration.ofMillis(1));
        CompletableFuture<Answer> past = ask(engine, "/a");
        CompletableFuture<Answer> another = ask(engine, "/a");
        head.open();

        assertEquals(CacheOutcome.MISS, now(first).outcome());
        assertShared(now(within));
        assertTrue(now(past).outcome() != CacheOutcome.ERROR);
        assertTrue(now(another).outcome() != CacheOutcome.ERROR);
        assertEquals(2, upstream.requests().size(), "the two others share one more");
    }

    /** By the fetch of another, whether the last byte was there already or not. */
    private static void assertShared(Answer answer) {
        assertTrue(
                answer.outcome() == CacheOutcome.COLLAPSED || answer.outcome() == CacheOutcome.HIT,
                answer.toString());
    }

    /** A response of a shield whose lease still lasts so long. */
    private record Vouched(Response response, long leaseMillis) implements Response {
        @Override
        public ResponseHead head() {
            return response.head();
        }

        @Override
        public long bornAt() {
            return response.bornAt();
        }

        @Override
        public boolean stale() {
            return false;
        }

        @Override
        public String peer() {
            return "shield";
        }

        @Override
        public long announcedLength() {
            return response.announcedLength();
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            return response.read(buffer);
        }

        @Override
        public FieldList trailers() {
            return response.trailers();
        }

        @Override
        public void close() {
            response.close();
        }
    }
}
