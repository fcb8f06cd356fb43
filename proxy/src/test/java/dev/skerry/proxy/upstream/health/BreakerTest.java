package dev.skerry.proxy.upstream.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.proxy.upstream.health.Breaker.Admission;
import dev.skerry.proxy.upstream.health.Breaker.State;
import dev.skerry.proxy.upstream.health.Breaker.Verdict;
import dev.skerry.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerTest {
    private final ManualClock clock = new ManualClock();
    private final Breaker breaker = new Breaker(Breaker.Settings.ORIGIN, clock);

    @Test
    void opensAtTwentySamplesHalfOfThemFailed() {
        record(10, Verdict.ANSWERED);
        record(9, Verdict.UNREACHABLE);
        assertEquals(State.CLOSED, breaker.state(), "19 samples");
        record(1, Verdict.UNREACHABLE);
        assertEquals(State.OPEN, breaker.state(), "20 samples, 10 failed");
        assertEquals(1, breaker.openings());
        assertEquals(Admission.REFUSE, breaker.admit());
    }

    @Test
    void staysClosedJustBelowHalf() {
        record(11, Verdict.ANSWERED);
        record(10, Verdict.UNREACHABLE);
        assertEquals(State.CLOSED, breaker.state(), "10 of 21");
        record(1, Verdict.UNREACHABLE);
        assertEquals(State.OPEN, breaker.state(), "11 of 22");
    }

    @Test
    void failuresLeaveTheWindowAfterTenSeconds() {
        record(19, Verdict.UNREACHABLE);
        clock.advance(Duration.ofSeconds(10));
        record(1, Verdict.UNREACHABLE);
        assertEquals(State.CLOSED, breaker.state());
        record(19, Verdict.UNREACHABLE);
        assertEquals(State.OPEN, breaker.state());
    }

    @Test
    void timeoutsOfObjectsAndReceivedStatusesNeverOpenIt() {
        record(1_000, Verdict.CONNECTED);
        record(1_000, Verdict.INCONCLUSIVE);
        record(1_000, Verdict.ANSWERED);
        assertEquals(State.CLOSED, breaker.state());
    }

    @Test
    void oneProbeIsLetThroughAfterTheBackoffAndClosesIt() {
        record(20, Verdict.UNREACHABLE);
        clock.advance(Duration.ofMillis(499));
        assertEquals(Admission.REFUSE, breaker.admit());
        clock.advance(Duration.ofMillis(1));
        assertEquals(Admission.PROBE, breaker.peek());
        assertEquals(State.OPEN, breaker.state(), "looking takes no probe");
        assertEquals(Admission.PROBE, breaker.admit());
        assertEquals(State.HALF_OPEN, breaker.state());
        assertEquals(Admission.REFUSE, breaker.admit(), "one at a time");
        breaker.record(Admission.PROBE, Verdict.ANSWERED);
        assertEquals(State.CLOSED, breaker.state());
        record(19, Verdict.UNREACHABLE);
        assertEquals(State.CLOSED, breaker.state(), "old failures are forgotten");
    }

    @Test
    void backoffDoublesUpToItsEnd() {
        record(20, Verdict.UNREACHABLE);
        long[] expected = {500, 1_000, 2_000, 4_000, 8_000, 8_000};
        for (long millis : expected) {
            clock.advance(Duration.ofMillis(millis - 1));
            assertEquals(Admission.REFUSE, breaker.admit(), millis + " ms are not over");
            clock.advance(Duration.ofMillis(1));
            assertEquals(Admission.PROBE, breaker.admit(), millis + " ms are over");
            breaker.record(Admission.PROBE, Verdict.UNREACHABLE);
        }
    }

    @Test
    void probeThatIsNeverHeardOfDoesNotKeepTheUpstreamOut() {
        record(20, Verdict.UNREACHABLE);
        clock.advance(Duration.ofMillis(500));
        assertEquals(Admission.PROBE, breaker.admit());
        clock.advance(Duration.ofMillis(500));
        assertEquals(Admission.PROBE, breaker.admit());
    }

    @Test
    void cancelledProbeIsGivenToTheNextRequest() {
        record(20, Verdict.UNREACHABLE);
        clock.advance(Duration.ofMillis(500));
        breaker.record(breaker.admit(), Verdict.INCONCLUSIVE);
        assertEquals(State.OPEN, breaker.state());
        assertEquals(Admission.PROBE, breaker.admit());
    }

    @Test
    void brokenConnectionsOnlyDivert() {
        record(20, Verdict.BROKEN);
        assertEquals(State.OPEN, breaker.state());
        assertEquals(Admission.DIVERT, breaker.admit());
        breaker.record(Admission.DIVERT, Verdict.BROKEN);
        assertEquals(Admission.DIVERT, breaker.admit(), "still no reason to refuse");
        breaker.record(Admission.DIVERT, Verdict.ANSWERED);
        assertEquals(State.CLOSED, breaker.state(), "a neighbour was answered");
    }

    @Test
    void divertingTurnsIntoRefusingWhenAProbeCannotConnectAndBack() {
        record(20, Verdict.BROKEN);
        clock.advance(Duration.ofMillis(500));
        breaker.record(breaker.admit(), Verdict.UNREACHABLE);
        assertEquals(Admission.REFUSE, breaker.admit());
        clock.advance(Duration.ofSeconds(1));
        breaker.record(breaker.admit(), Verdict.CONNECTED);
        assertEquals(Admission.PROBE, breaker.admit(), "it can be reached again: ask at once");
        assertEquals(Admission.DIVERT, breaker.admit());
    }

    @Test
    void resultsOfRequestsFromBeforeItOpenedSayNothing() {
        record(20, Verdict.UNREACHABLE);
        breaker.record(Admission.NORMAL, Verdict.ANSWERED);
        assertEquals(State.OPEN, breaker.state());
        breaker.record(Admission.NORMAL, Verdict.UNREACHABLE);
        clock.advance(Duration.ofMillis(500));
        assertEquals(Admission.PROBE, breaker.admit());
    }

    @Test
    void defaultsArePinned() {
        assertEquals(
                new Breaker.Settings(
                        20,
                        0.5,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(8)),
                Breaker.Settings.ORIGIN);
        assertEquals(
                new Breaker.Settings(
                        5,
                        0.5,
                        Duration.ofSeconds(10),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(2)),
                Breaker.Settings.SHIELD);
    }

    private void record(int times, Verdict verdict) {
        for (int i = 0; i < times; i++) {
            breaker.record(Admission.NORMAL, verdict);
        }
    }
}
