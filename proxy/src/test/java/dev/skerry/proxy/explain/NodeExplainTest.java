package dev.skerry.proxy.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.CacheOutcome;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Gate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is explained is compared with what then happens. */
final class NodeExplainTest {
    private final ExplainScene scene = new ExplainScene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void nothingStoredIsFetched() throws Exception {
        scene.origin("Cache-Control", "max-age=60");

        agree("/a", "fetch", CacheOutcome.MISS);
    }

    @Test
    void aFreshResponseIsAHit() throws Exception {
        scene.origin("Cache-Control", "max-age=60", "ETag", "\"1\"", "Surrogate-Key", "news front");
        scene.get("/a");
        scene.clock.advance(Duration.ofSeconds(12));

        String answer = agree("/a", "hit", CacheOutcome.HIT);

        contains(answer, "\"lifetimeMillis\":60000,\"ageMillis\":12000,\"remainingMillis\":48000");
        contains(answer, "lifetime 60s (max-age) - age 12s = 48s: fresh");
        contains(answer, "\"tags\":[\"news\",\"front\"]");
        contains(answer, "never purged");
        contains(answer, "\"words\":\"no rule matches: the site's defaults\"");
    }

    @Test
    void anExpiredResponseIsValidatedByItsTag() throws Exception {
        scene.origin("Cache-Control", "max-age=60", "ETag", "\"1\"");
        scene.get("/a");
        scene.clock.advance(Duration.ofSeconds(60));
        scene.status(304);

        agree("/a", "revalidate", CacheOutcome.REVALIDATED);
    }

    @Test
    void anExpiredResponseWithoutValidatorIsFetchedAnew() throws Exception {
        scene.origin("Cache-Control", "max-age=60");
        scene.get("/a");
        scene.clock.advance(Duration.ofSeconds(60));

        agree("/a", "refetch", CacheOutcome.MISS);
    }

    @Test
    void aStaleResponseIsSentWhileItIsRefreshed() throws Exception {
        scene.origin("Cache-Control", "max-age=60, stale-while-revalidate=30");
        scene.get("/a");
        scene.clock.advance(Duration.ofSeconds(61));

        String answer = agree("/a", "stale", CacheOutcome.STALE);

        contains(answer, "may be used so for 30s while it is refreshed");
    }

    @Test
    void aStaleResponseStandsInForAnUpstreamThatFailedAMomentAgo() throws Exception {
        scene.origin("Cache-Control", "max-age=60, stale-if-error=300");
        scene.get("/a");
        scene.clock.advance(Duration.ofSeconds(61));
        scene.status(0);
        scene.get("/a");

        agree("/a", "stale-if-error", CacheOutcome.STALE_IF_ERROR);
    }

    @Test
    void aPurgeIsNamedThatKilledTheResponse() throws Exception {
        scene.origin("Cache-Control", "max-age=60", "Surrogate-Key", "news");
        scene.get("/a");
        scene.purge(7, Scope.TAG, "news", Mode.HARD);

        String answer = agree("/a", "fetch", CacheOutcome.MISS);

        contains(answer, "\"reason\":\"purged\"");
        contains(answer, "dead by a purge of tag news");
        contains(answer, "\"revision\":\"r7\",\"applies\":true");
        contains(answer, "\"applied\":\"r7\"");
    }

    @Test
    void whatWasBornAfterAPurgeIsAlive() throws Exception {
        scene.origin("Cache-Control", "max-age=60", "Surrogate-Key", "news");
        scene.purge(7, Scope.TAG, "news", Mode.HARD);
        scene.get("/a");

        String answer = agree("/a", "hit", CacheOutcome.HIT);

        contains(answer, "born after every purge of it");
        contains(answer, "\"bornAt\":\"r7\"");
    }

    @Test
    void aSoftPurgeMakesStaleAndSinceWhen() throws Exception {
        scene.origin("Cache-Control", "max-age=600", "ETag", "\"1\"");
        scene.get("/a");
        scene.purge(3, Scope.PREFIX, "/a", Mode.SOFT);
        scene.clock.advance(Duration.ofSeconds(20));
        scene.status(304);

        String answer = agree("/a", "revalidate", CacheOutcome.REVALIDATED);

        contains(answer, "stale by a purge of a prefix for 20s");
        contains(answer, "\"reason\":\"purged-soft\"");
    }

    @Test
    void aKeyThatCouldNotBeSharedIsFetchedAlone() throws Exception {
        scene.origin("Cache-Control", "private");
        scene.get("/a");

        String answer = agree("/a", "fetch-alone", CacheOutcome.MISS);

        contains(answer, "\"reason\":\"hit-for-miss\"");
        contains(answer, "\"hitForMiss\":true");
    }

    @Test
    void anotherVariantIsShownAndNotChosen() throws Exception {
        scene.origin("Cache-Control", "max-age=60", "Vary", "Accept-Language");
        scene.get("/a", "Accept-Language", "de");

        String answer = scene.explain("/a", Map.of("Accept-Language", "fr"));

        contains(answer, "\"word\":\"fetch\",\"reason\":\"vary\"");
        contains(answer, "\"chosen\":false,\"matches\":false");
        contains(answer, "\"selecting\":{\"accept-language\":\"de\"}");
        contains(scene.explain("/a", Map.of("Accept-Language", "de")), "\"word\":\"hit\"");
    }

    @Test
    void aFetchUnderWayWillBeShared() throws Exception {
        scene.origin("Cache-Control", "max-age=60");
        Gate gate = scene.hold();
        Future<CacheOutcome> leader = scene.later("/a");
        gate.awaitArrival();

        contains(scene.explain("/a", Map.of()), "\"word\":\"collapse\"");

        Future<CacheOutcome> follower = scene.later("/a");
        gate.open();
        assertEquals(CacheOutcome.MISS, leader.get());
        assertTrue(follower.get() == CacheOutcome.COLLAPSED || follower.get() == CacheOutcome.HIT);
    }

    @Test
    void rulesAreNamed() throws Exception {
        scene.origin("Cache-Control", "max-age=60");

        contains(agree("/api/a", "pass", CacheOutcome.PASS), "rule 1: path /api/**, method GET");
        contains(
                scene.explain("/secret", Map.of()),
                "\"next\":{\"word\":\"local\",\"reason\":\"denied\"");
        contains(scene.explain("/secret", Map.of()), "The rule refuses the request: 404.");
    }

    @Test
    void theKeyIsMadeOfWhatTheSiteKeepsOfTheQuery() throws Exception {
        scene.origin("Cache-Control", "max-age=60");
        scene.get("/a?v=1");

        String answer = agree("/a?utm_x=2&v=1", "hit", CacheOutcome.HIT);

        contains(answer, "\"host\":\"www.shop.example\",\"target\":\"/a?v=1\"");
    }

    @Test
    void explainingChangesNothing() throws Exception {
        scene.origin("Cache-Control", "max-age=60", "Surrogate-Key", "news");
        scene.get("/a");
        scene.purge(7, Scope.TAG, "news", Mode.HARD);

        String first = scene.explain("/a", Map.of());
        String second = scene.explain("/a", Map.of());

        assertEquals(first, second);
        assertEquals(1, scene.fetches());
        contains(second, "\"chosen\":true");
    }

    @Test
    void whatIsNoQuestionHasAProblem() {
        contains(scene.explain.answer("{}"), "{\"problem\":\"question.kind is no text\"}");
    }

    @Test
    void aHostThatNobodyAnswersToIsSaidSo() throws Exception {
        contains(scene.explainUrl("http://other.example/"), "unknown-host");
    }

    @Test
    void thePortOfASiteWithNamedHostsIsNoPartOfTheKey() throws Exception {
        scene.origin("Cache-Control", "max-age=60");
        scene.get("/a");

        contains(scene.explainUrl("http://www.shop.example:8080/a"), "\"word\":\"hit\"");
    }

    /** Explains a request, then makes it. */
    private String agree(String target, String next, CacheOutcome outcome) throws Exception {
        String answer = scene.explain(target, Map.of());
        contains(answer, "\"next\":{\"word\":\"" + next + "\"");
        assertEquals(outcome, scene.get(target));
        return answer;
    }

    private static void contains(String answer, String part) {
        assertTrue(answer.contains(part), () -> part + " is not in " + answer);
    }
}
