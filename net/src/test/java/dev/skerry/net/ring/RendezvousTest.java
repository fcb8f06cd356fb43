package dev.skerry.net.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.net.ring.Rendezvous.LoadBound;
import dev.skerry.net.ring.Rendezvous.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
    private static final int KEYS = 20_000;
    private static final List<String> FIVE = List.of("a:1", "b:1", "c:1", "d:1", "e:1");

    @Test
    void removingOneOfFiveMovesItsOwnKeysOnly() {
        Rendezvous<String> five = ring(FIVE);
        Rendezvous<String> four = ring(List.of("a:1", "b:1", "d:1", "e:1"));
        Map<String, Integer> heirs = new HashMap<>();
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            long key = key(i);
            String before = five.order(key).getFirst();
            String after = four.order(key).getFirst();
            if (before.equals("c:1")) {
                moved++;
                heirs.merge(after, 1, Integer::sum);
                assertEquals(five.order(key).get(1), after, "its second choice inherits");
            } else {
                assertEquals(before, after);
            }
        }
        // A fifth of 20,000 is 4,000 with a standard deviation of 57; each heir gets 1,000 ± 30.
        assertEquals(4_000, moved, 300);
        assertEquals(Set.of("a:1", "b:1", "d:1", "e:1"), heirs.keySet());
        heirs.values().forEach(count -> assertEquals(1_000, count, 200));
    }

    @Test
    void theFirstIsThatOfTheOrder() {
        Rendezvous<String> ring = ring(FIVE);
        for (int i = 0; i < KEYS; i++) {
            assertEquals(ring.order(key(i)).getFirst(), ring.first(key(i)));
        }
    }

    @Test
    void keysFollowWeights() {
        Rendezvous<String> ring =
                Rendezvous.of(
                        List.of(new Member<>("big", 3, "big"), new Member<>("small", 1, "small")));
        int big = 0;
        for (int i = 0; i < KEYS; i++) {
            if (ring.order(key(i)).getFirst().equals("big")) {
                big++;
            }
        }
        assertEquals(0.75, (double) big / KEYS, 0.02);
    }

    @Test
    void orderDoesNotDependOnTheOrderOfMembers() {
        Rendezvous<String> forward = ring(FIVE);
        Rendezvous<String> backward = ring(FIVE.reversed());
        for (int i = 0; i < 1_000; i++) {
            assertEquals(forward.order(key(i)), backward.order(key(i)));
        }
    }

    @Test
    void everyMemberIsListedOnce() {
        List<String> order = ring(FIVE).order(7);
        assertEquals(5, order.size());
        assertEquals(Set.copyOf(FIVE), Set.copyOf(order));
    }

    @Test
    void theHashIsTheSameInEveryVersion() {
        // Pinned: a change here moves every key of a fleet that is being upgraded.
        assertEquals(6723161534340644960L, StableHash.of(0, "www.example", "/a?b"));
        assertNotEquals(StableHash.of(0, "ab", "c"), StableHash.of(0, "a", "bc"));
        assertNotEquals(StableHash.of(0, "ab"), StableHash.of(1, "ab"));
    }

    @Test
    void memberAboveItsBoundedShareComesLast() {
        Rendezvous<String> ring = ring(List.of("a", "b"));
        long key = keyOf(ring, "a");
        // Together 200, a share is 100, the bound 125.
        Map<String, Integer> load = new HashMap<>(Map.of("a", 125, "b", 75));
        LoadBound bound = new LoadBound(1.25, 64);
        assertEquals("a", ring.order(key, load::get, bound).getFirst(), "at the bound");
        load.putAll(Map.of("a", 126, "b", 74));
        assertEquals(List.of("b", "a"), ring.order(key, load::get, bound), "one past it");
    }

    @Test
    void loadUpToTheFloorIsNeverTooMuch() {
        Rendezvous<String> ring = ring(List.of("a", "b"));
        long key = keyOf(ring, "a");
        LoadBound bound = new LoadBound(1.25, 64);
        assertEquals("a", ring.order(key, Map.of("a", 64, "b", 0)::get, bound).getFirst());
        assertEquals("b", ring.order(key, Map.of("a", 65, "b", 0)::get, bound).getFirst());
    }

    @Test
    void boundFollowsTheWeight() {
        Rendezvous<String> ring =
                Rendezvous.of(List.of(new Member<>("a", 3, "a"), new Member<>("b", 1, "b")));
        long key = keyOf(ring, "a");
        LoadBound bound = new LoadBound(1.25, 10);
        assertEquals("a", ring.order(key, Map.of("a", 300, "b", 100)::get, bound).getFirst());
        assertEquals("b", ring.order(key, Map.of("a", 380, "b", 20)::get, bound).getFirst());
    }

    @Test
    void badRingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Rendezvous.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> ring(List.of("a", "a")));
        assertThrows(IllegalArgumentException.class, () -> new Member<>("a", 0, "a"));
        assertEquals(1, new Member<>("a", 1, "a").weight());
        assertEquals(1_000_000, new Member<>("a", 1_000_000, "a").weight());
        assertThrows(IllegalArgumentException.class, () -> new Member<>("a", 1_000_001, "a"));
    }

    private static long keyOf(Rendezvous<String> ring, String owner) {
        for (int i = 0; i < 1_000; i++) {
            if (ring.order(key(i)).getFirst().equals(owner)) {
                return key(i);
            }
        }
        assertTrue(false, "no key for " + owner);
        return 0;
    }

    private static long key(int i) {
        return StableHash.of(42, "www.example", "/object/" + i);
    }

    private static Rendezvous<String> ring(List<String> names) {
        return Rendezvous.of(names.stream().map(n -> new Member<>(n, 1, n)).toList());
    }
}
