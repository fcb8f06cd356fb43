package dev.skerry.proxy.upstream.balance;

import java.util.List;

/** Picks. Thread-safe. */
public interface Balancer<C extends Candidate> {
    /**
     * The one that gets the next request.
     *
     * @param candidates not empty, distinct; may differ from call to call as breakers open and
     *     close
     */
    C pick(List<C> candidates);
}
