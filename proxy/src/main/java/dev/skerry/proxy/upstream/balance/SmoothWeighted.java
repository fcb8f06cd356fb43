package dev.skerry.proxy.upstream.balance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Smooth weighted round robin: every candidate gains its weight a turn, the richest is picked and
 * pays what all gained. Weights 3:1 give A A B A, not A A A B, and are exact over every cycle.
 */
public final class SmoothWeighted<C extends Candidate> implements Balancer<C> {
    // As many entries as a pool has members: candidates come from one fixed list.
    private final Map<C, Long> credit = new HashMap<>();

    @Override
    public synchronized C pick(List<C> candidates) {
        C richest = candidates.getFirst();
        long most = Long.MIN_VALUE;
        long gained = 0;
        for (C candidate : candidates) {
            long now = credit.merge(candidate, (long) candidate.weight(), Long::sum);
            gained += candidate.weight();
            if (now > most) {
                most = now;
                richest = candidate;
            }
        }
        credit.put(richest, most - gained);
        return richest;
    }
}
