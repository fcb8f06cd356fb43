package dev.skerry.proxy.upstream.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Of two chosen at random by weight, the one with fewer requests in flight for its weight. Two are
 * enough to avoid the busiest, and, unlike always the least busy, they send no stampede to an
 * upstream that has just come back. An idle pair keeps the order in which it was drawn, so that the
 * weights hold without load too.
 */
public final class LeastRequests<C extends Candidate> implements Balancer<C> {
    private final RandomGenerator random;

    /** With a generator that is safe for use by several threads. */
    public LeastRequests(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public C pick(List<C> candidates) {
        int first = draw(candidates, -1);
        if (candidates.size() == 1) {
            return candidates.get(first);
        }
        C a = candidates.get(first);
        C b = candidates.get(draw(candidates, first));
        return (long) b.inFlight() * a.weight() < (long) a.inFlight() * b.weight() ? b : a;
    }

    private int draw(List<C> candidates, int except) {
        long total = 0;
        for (int i = 0; i < candidates.size(); i++) {
            total += i == except ? 0 : candidates.get(i).weight();
        }
        long ticket = random.nextLong(total);
        int last = -1;
        for (int i = 0; i < candidates.size(); i++) {
            if (i == except) {
                continue;
            }
            last = i;
            ticket -= candidates.get(i).weight();
            if (ticket < 0) {
                break;
            }
        }
        return last;
    }
}
