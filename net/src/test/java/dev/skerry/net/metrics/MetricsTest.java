package dev.skerry.net.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void aCounterIsScrapedUnderItsNameWithItsLabels() {
        Family<Counter> requests =
                metrics.counters("skerry_http_requests_total", "Requests.", "site", "outcome");
        requests.with("shop", "hit").increment();
        requests.with("shop", "hit").add(4);
        requests.with("shop", "miss").increment();
        Scrape scrape = Scrape.parse(metrics.scrape());
        assertEquals(5, scrape.value("skerry_http_requests_total{outcome=\"hit\",site=\"shop\"}"));
        assertEquals(1, scrape.value("skerry_http_requests_total{outcome=\"miss\",site=\"shop\"}"));
        assertEquals("counter", scrape.types().get("skerry_http_requests_total"));
    }

    @Test
    void anyLabelValueIsEscapedSoThatTheScrapeStillParses() {
        metrics.counters("skerry_odd_total", "Odd \\ \n values.", "site")
                .with("a\"b\\c\nd")
                .increment();
        Scrape scrape = Scrape.parse(metrics.scrape());
        assertEquals(1, scrape.value("skerry_odd_total{site=\"a\\\"b\\\\c\\nd\"}"));
    }

    @Test
    void theSameLabelValuesGiveTheSameHandle() {
        assertSame(
                metrics.counters("skerry_a_total", "A.", "site").with("x"),
                metrics.counters("skerry_a_total", "A.", "site").with("x"));
        assertSame(
                metrics.counter("skerry_b_total", "B."), metrics.counter("skerry_b_total", "B."));
    }

    @Test
    void theSameNameWithOtherLabelsThrows() {
        metrics.counters("skerry_a_total", "A.", "site");
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.counters("skerry_a_total", "A.", "tier"));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("skerry_a_total", "A."));
        metrics.gauge("skerry_g_bytes", "G.", () -> 1, "tier", "memory");
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.gauge("skerry_g_bytes", "G.", () -> 1, "site", "shop"));
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.gauge("skerry_g_bytes", "G.", () -> 1, "tier", "memory"));
    }

    @Test
    void namesThatBreakTheRulesThrow() {
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("skerry_hits", "x"));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("hits_total", "x"));
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.timer("skerry_wait_millis", "x", Metrics.REQUEST_BOUNDS));
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.gauge("skerry_things_total", "x", () -> 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.counters("skerry_a_total", "A.", "site").with("x", "y"));
    }

    @Test
    void aTimerIsScrapedAsCumulativeBuckets() {
        Timer timer =
                metrics.timers(
                                "skerry_request_duration_seconds",
                                "Durations.",
                                List.of(Duration.ofMillis(10), Duration.ofMillis(100)),
                                "site")
                        .with("shop");
        timer.record(Duration.ofMillis(10).toNanos());
        timer.record(Duration.ofMillis(11).toNanos());
        timer.record(Duration.ofMillis(500).toNanos());
        timer.record(-5);
        Scrape scrape = Scrape.parse(metrics.scrape());
        String bucket = "skerry_request_duration_seconds_bucket{site=\"shop\",le=\"";
        assertEquals(2, scrape.value(bucket + "0.01\"}"));
        assertEquals(3, scrape.value(bucket + "0.1\"}"));
        assertEquals(4, scrape.value(bucket + "+Inf\"}"));
        assertEquals(4, scrape.value("skerry_request_duration_seconds_count{site=\"shop\"}"));
        // 10 + 11 + 500 ms
        assertEquals(
                0.521, scrape.value("skerry_request_duration_seconds_sum{site=\"shop\"}"), 1e-9);
        assertEquals("histogram", scrape.types().get("skerry_request_duration_seconds"));
        assertEquals(4, timer.count());
    }

    @Test
    void aGaugeIsAskedAtEveryScrape() {
        AtomicLong bytes = new AtomicLong(3);
        metrics.gauge("skerry_memory_bytes", "Memory.", bytes::get, "tier", "memory");
        metrics.gauge("skerry_memory_bytes", "Memory.", () -> 9, "tier", "disk");
        assertEquals(
                3, Scrape.parse(metrics.scrape()).value("skerry_memory_bytes{tier=\"memory\"}"));
        bytes.set(7);
        Scrape scrape = Scrape.parse(metrics.scrape());
        assertEquals(7, scrape.value("skerry_memory_bytes{tier=\"memory\"}"));
        assertEquals(9, scrape.value("skerry_memory_bytes{tier=\"disk\"}"));
    }

    @Test
    void seriesPastTheLimitShareOne() {
        Family<Counter> family = metrics.counters("skerry_many_total", "Many.", "site");
        for (int i = 0; i < Family.MAX_SERIES; i++) {
            family.with("site-" + i).increment();
        }
        assertEquals(1, family.with("site-999").count());
        family.with("one-more").increment();
        family.with("another").increment();
        Scrape scrape = Scrape.parse(metrics.scrape());
        assertEquals(2, scrape.value("skerry_many_total{site=\"other\"}"));
        assertEquals(1001, scrape.samples().size());
    }

    @Test
    void theJvmIsScrapedToo() {
        metrics.addJvm();
        Scrape scrape = Scrape.parse(metrics.scrape());
        assertTrue(scrape.value("jvm_threads_live_threads") > 0);
        assertTrue(scrape.value("jvm_buffer_memory_used_bytes{id=\"direct\"}") >= 0);
        assertTrue(
                scrape.samples().keySet().stream().anyMatch(s -> s.startsWith("jvm_memory_used")));
    }

    @Test
    void countersCountFromManyThreads() throws Exception {
        Counter counter = metrics.counter("skerry_shared_total", "Shared.");
        List<Thread> threads =
                List.of(1, 2, 3, 4).stream()
                        .map(n ->
                                Thread.ofPlatform()
                                        .start(() -> {
                                            for (int i = 0; i < 10_000; i++) {
                                                counter.increment();
                                            }
                                        }))
                        .toList();
        for (Thread thread : threads) {
            assertTrue(thread.join(Duration.ofSeconds(20)), "a counting thread hangs");
        }
        assertEquals(40_000, counter.count());
    }
}
