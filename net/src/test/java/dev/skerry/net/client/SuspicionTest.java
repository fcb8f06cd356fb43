package dev.skerry.net.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Suspicion suspicion = new Suspicion(nanos::get);

    @Test
    void nobodyIsSuspectAtFirst() {
        assertFalse(suspicion.isUp());
    }

    @Test
    void itLastsItsTimeAndNoLonger() {
        assertTrue(suspicion.raise());
        nanos.addAndGet(Suspicion.NANOS - 1);
        assertTrue(suspicion.isUp());
        nanos.incrementAndGet();
        assertFalse(suspicion.isUp());
        assertTrue(suspicion.raise(), "a second one is new again");
    }

    @Test
    void itLastsFromTheLastCauseOn() {
        suspicion.raise();
        nanos.addAndGet(Suspicion.NANOS - 1);
        assertFalse(suspicion.raise(), "it was up");
        nanos.addAndGet(Suspicion.NANOS - 1);
        assertTrue(suspicion.isUp());
    }
}
