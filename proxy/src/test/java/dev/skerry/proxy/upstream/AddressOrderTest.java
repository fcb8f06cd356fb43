package dev.skerry.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.testkit.ManualClock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AddressOrderTest {
    private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress B = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress C = InetAddress.ofLiteral("192.0.2.3");

    private final ManualClock clock = new ManualClock();
    private final AddressOrder addresses = new AddressOrder(clock);

    @Test
    void addressesTakeTurns() {
        List<InetAddress> all = List.of(A, B, C);
        assertEquals(List.of(B, C, A), addresses.order(all));
        assertEquals(List.of(C, A, B), addresses.order(all));
        assertEquals(List.of(A, B, C), addresses.order(all));
    }

    @Test
    void theOneThatRefusedComesLastForTenSeconds() {
        addresses.failed(A);
        for (int i = 0; i < 4; i++) {
            assertEquals(A, addresses.order(List.of(A, B)).getLast());
        }
        clock.advance(Duration.ofSeconds(10));
        assertEquals(A, addresses.order(List.of(A, B)).getLast());
        clock.advance(Duration.ofNanos(1));
        assertEquals(A, addresses.order(List.of(A, B)).getFirst());
        assertEquals(B, addresses.order(List.of(A, B)).getFirst());
    }

    @Test
    void theOneThatWorksAgainTakesItsTurn() {
        addresses.failed(A);
        addresses.worked(A);
        assertEquals(B, addresses.order(List.of(A, B)).getFirst());
        assertEquals(A, addresses.order(List.of(A, B)).getFirst());
    }

    @Test
    void whenAllRefusedAllAreTried() {
        addresses.failed(A);
        addresses.failed(B);
        assertEquals(2, addresses.order(List.of(A, B)).size());
    }
}
