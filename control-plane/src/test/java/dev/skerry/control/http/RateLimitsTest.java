package dev.skerry.control.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.control.http.Resource.Verb;
import dev.skerry.testkit.ManualClock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RateLimitsTest {
    private final ManualClock clock = new ManualClock();
    private final RateLimits limits = new RateLimits(clock);

    @Test
    void tenSecondsWorthMayComeAtOnceAndNotOneMore() throws Exception {
        Caller usual = caller("cms", Verb.PURGE, null);
        for (int i = RateLimits.USUAL * RateLimits.WINDOW_SECONDS; i-- > 0; ) {
            assertEquals(i, left(usual).requests());
        }
        assertEquals(429, refusal(usual).status());
        clock.advance(Duration.ofMillis(10).minusNanos(1));
        assertEquals("1", refusal(usual).answer().fields().get("Retry-After"));
        clock.advance(Duration.ofNanos(1));
        assertEquals(0, left(usual).requests());
        refusal(usual);
    }

    @Test
    void whoRestsMaySpendAllOfTheWindowAgain() throws Exception {
        Caller fast = caller("ci", Verb.PURGE, 7);
        for (int i = 0; i < 70; i++) {
            left(fast);
        }
        assertEquals(10, refusalIn(fast));
        clock.advance(Duration.ofHours(1));
        assertEquals(69, left(fast).requests());
    }

    @Test
    void tokensDoNotSpendEachOthersShare() throws Exception {
        for (int i = 0; i < 10; i++) {
            left(caller("a", Verb.READ, 1));
        }
        refusal(caller("a", Verb.READ, 1));
        assertEquals(9, left(caller("b", Verb.READ, 1)).requests());
    }

    @Test
    void whoMayEverythingHasALimitOnlyWhenGivenOne() throws Exception {
        assertNull(limits.take(caller("admin", Verb.ADMIN, null), Verb.PURGE));
        assertNotNull(limits.take(caller("ops", Verb.ADMIN, 5), Verb.PURGE));
    }

    @Test
    void nodesAndOpenResourcesAreNotLimited() throws Exception {
        Caller node = caller("node", Verb.NODE, 1);
        for (int i = 0; i < 20; i++) {
            assertNull(limits.take(node, Verb.NODE));
            assertNull(limits.take(Caller.NOBODY, Verb.ANYONE));
        }
    }

    private RateLimits.Left left(Caller caller) throws ApiProblem {
        RateLimits.Left left = limits.take(caller, Verb.PURGE);
        assertNotNull(left);
        return left;
    }

    private ApiProblem refusal(Caller caller) {
        return assertThrows(ApiProblem.class, () -> limits.take(caller, Verb.PURGE));
    }

    /** When the window is whole again, in seconds. */
    private int refusalIn(Caller caller) {
        String field = String.valueOf(refusal(caller).answer().fields().get("RateLimit"));
        return Integer.parseInt(field.substring(field.indexOf("t=") + 2));
    }

    private static Caller caller(String name, Verb verb, @Nullable Integer rate) {
        return new Caller(name, Set.of(verb), null, rate);
    }
}
