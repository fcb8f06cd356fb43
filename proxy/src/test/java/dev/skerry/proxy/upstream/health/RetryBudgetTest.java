package dev.skerry.proxy.upstream.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
    private final ManualClock clock = new ManualClock();
    private final RetryBudget budget = new RetryBudget(clock);

    @Test
    void fewRequestsMayRetryThirtyTimesInTenSeconds() {
        assertEquals(30, retries(100));
    }

    @Test
    void manyRequestsMayRetryAFifth() {
        request(154);
        assertEquals(30, retries(100), "a fifth of 154 is 30");
        request(1);
        assertEquals(1, retries(100), "a fifth of 155 is 31");
        request(845);
        assertEquals(169, retries(1_000), "200 in all");
    }

    @Test
    void budgetComesBackWithTime() {
        assertEquals(30, retries(100));
        clock.advance(Duration.ofSeconds(9));
        assertEquals(0, retries(100));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(30, retries(100));
    }

    private void request(int times) {
        for (int i = 0; i < times; i++) {
            budget.requested();
        }
    }

    private int retries(int attempts) {
        int allowed = 0;
        for (int i = 0; i < attempts; i++) {
            allowed += budget.tryRetry() ? 1 : 0;
        }
        return allowed;
    }
}
