package dev.skerry.proxy.upstream.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BalancerTest {
    private final Peer heavy = new Peer("heavy", 3);
    private final Peer light = new Peer("light", 1);
    private final List<Peer> both = List.of(heavy, light);

    @Test
    void smoothWeightedIsExactOverACycleAndSpreadsWithinIt() {
        Balancer<Peer> balancer = new SmoothWeighted<>();
        List<String> picks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            picks.add(balancer.pick(both).name);
        }
        assertEquals(
                List.of("heavy", "heavy", "light", "heavy", "heavy", "heavy", "light", "heavy"),
                picks);
    }

    @Test
    void smoothWeightedGoesOnWithWhoeverIsThere() {
        Balancer<Peer> balancer = new SmoothWeighted<>();
        for (int i = 0; i < 100; i++) {
            assertSame(light, balancer.pick(List.of(light)));
        }
        assertEquals(0.75, share(balancer, 4_000), 0.05);
    }

    @Test
    void leastRequestsKeepsWeightsWhenIdle() {
        // 8,000 draws at 0.75: standard deviation 0.5 %.
        assertEquals(0.75, share(new LeastRequests<>(new Random(1)), 8_000), 0.05);
    }

    @Test
    void leastRequestsEvensOutWhatIsInFlightByWeight() {
        Balancer<Peer> balancer = new LeastRequests<>(new Random(2));
        for (int i = 0; i < 4_000; i++) {
            balancer.pick(both).inFlight++;
        }
        assertEquals(3_000, heavy.inFlight, 2);
        assertEquals(1_000, light.inFlight, 2);
    }

    @Test
    void leastRequestsAvoidsTheBusyOne() {
        Balancer<Peer> balancer = new LeastRequests<>(new Random(3));
        heavy.inFlight = 4;
        light.inFlight = 1;
        for (int i = 0; i < 100; i++) {
            assertSame(light, balancer.pick(both), "4 / 3 against 1 / 1");
        }
    }

    @Test
    void leastRequestsOfThreeNeverTakesTheBusiestButByItself() {
        Peer third = new Peer("third", 1);
        heavy.inFlight = 1_000;
        Map<String, Integer> counts = new HashMap<>();
        Balancer<Peer> balancer = new LeastRequests<>(new Random(4));
        for (int i = 0; i < 1_000; i++) {
            counts.merge(balancer.pick(List.of(heavy, light, third)).name, 1, Integer::sum);
        }
        assertEquals(0, counts.getOrDefault("heavy", 0));
        assertSame(heavy, balancer.pick(List.of(heavy)));
    }

    private static double share(Balancer<Peer> balancer, int picks) {
        Peer heavy = new Peer("heavy", 3);
        Peer light = new Peer("light", 1);
        int count = 0;
        for (int i = 0; i < picks; i++) {
            count += balancer.pick(List.of(heavy, light)) == heavy ? 1 : 0;
        }
        return (double) count / picks;
    }

    private static final class Peer implements Candidate {
        private final String name;
        private final int weight;
        private int inFlight;

        private Peer(String name, int weight) {
            this.name = name;
            this.weight = weight;
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        public int inFlight() {
            return inFlight;
        }
    }
}
