package dev.skerry.cache.engine;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.config.protocol.LeaseTerms;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One fetch and the requests that wait for it or follow it. Until the head is there, requests wait
 * in line; afterwards each is given the response, if it may have it, for as long as the body can
 * still be read from its first byte.
 *
 * <p>Locking: the monitor guards the line and the head, and is held for a few instructions;
 * listeners are called outside.
 */
final class Fill {
    /**
     * What a fetch was begun for, and with which knowledge.
     *
     * @param shared whether it is made for the cache: without the client's own conditions, and to
     *     be stored if that may be
     * @param joinable whether other requests may wait for it
     * @param base a stored response to fall back on or to revalidate; the plan holds a reference
     * @param slice what of the representation is asked for
     * @param mayName whether upstream may be asked to confirm what is stored
     * @param applied the fleet's revision before the first byte goes out (PURGE.md rule 1)
     * @param appliedLocal the same in the node's own order
     * @param need PURGE.md rule 3
     */
    record Plan(
            CacheRequest request,
            boolean shared,
            boolean joinable,
            @Nullable StoredResponse base,
            Slice slice,
            boolean mayName,
            long applied,
            long appliedLocal,
            long need) {
        /**
         * Whether the answer is acceptable to anyone whose snapshot is not later (PURGE.md rule 4).
         */
        boolean forced() {
            return need >= applied;
        }
    }

    /** What became of a wish to join. */
    enum Joining {
        /** The listener will be called, or has been. */
        JOINED,
        /** This fill is not for that request. */
        REFUSED,
        /** As many requests wait as may. */
        FULL
    }

    /**
     * A head that can be followed.
     *
     * @param bodiless whether the response has no body by its nature: {@code body} is empty then
     * @param part where {@code body} lies in the representation, of which {@code reception} is the
     *     head; null when it is the whole, or what nobody else can use
     */
    record Headed(
            Reception reception,
            GrowingBody body,
            boolean bodiless,
            Answer.Fetch fetch,
            long announcedLength,
            @Nullable ContentRange part) {
        /** What a request answered with this reads from; null when there is nothing to read. */
        @Nullable GrowingBody content() {
            return bodiless ? null : body;
        }

        /**
         * Whether all bytes are here already: then nobody waits for upstream, though the response
         * is still on its way into the store.
         */
        boolean isComplete() {
            return bodiless
                    || body.length() >= 0
                    || (announcedLength >= 0 && body.written() >= announcedLength);
        }
    }

    private final Plan plan;
    private final Handout handout;
    private final int maxFollowers;
    private final InterimHeads interims = new InterimHeads();

    private @Nullable List<Follower> line;
    private @Nullable Headed headed;
    private volatile long verifiedUntil;

    /**
     * A fetch that is about to begin.
     *
     * @param nowMillis before its first byte goes out
     */
    Fill(Plan plan, Handout handout, int maxFollowers, @Nullable Follower leader, long nowMillis) {
        this.plan = plan;
        this.handout = handout;
        this.maxFollowers = maxFollowers;
        List<Follower> first = new ArrayList<>(2);
        if (leader != null) {
            first.add(leader);
        }
        this.line = first;
        this.verifiedUntil = nowMillis + LeaseTerms.LENGTH.toMillis();
    }

    Plan plan() {
        return plan;
    }

    /** Whether a request may wait for it, as far as can be said before its head is there. */
    boolean admits(CacheRequest request) {
        return mayFollow(request) && plan.slice().suits(request.head());
    }

    private boolean mayFollow(CacheRequest request) {
        return plan.joinable() && handout.recentEnough(plan, request) && verifies(request);
    }

    /**
     * Whether what it brings was verified recently enough for a request that came while the node
     * had no lease: what an origin said counts for as long as a lease would, what a shield said for
     * as long as its own lasts (PURGE.md rules 14 and 16). Whom it was begun for, it always
     * verifies.
     */
    boolean verifies(CacheRequest request) {
        return request.trusts(verifiedUntil);
    }

    /** Its head came: until when that counts as verified. */
    void verified(long untilMillis) {
        verifiedUntil = untilMillis;
    }

    /**
     * Lets a request wait for the head, or follow the body, if the fetch is recent enough for it.
     * Before it stands in line it is told, on this thread, of the interim responses that it missed:
     * so nobody gets them in another order, and nobody after the final head.
     */
    Joining join(Follower follower) {
        if (!mayFollow(follower.request())) {
            return Joining.REFUSED;
        }
        boolean suits = plan.slice().suits(follower.request().head());
        Headed head;
        int heard = 0;
        while (true) {
            List<ResponseHead> missed;
            synchronized (this) {
                if (line == null) {
                    head = headed;
                    break;
                }
                if (!suits) {
                    return Joining.REFUSED;
                }
                if (line.size() >= maxFollowers) {
                    return Joining.FULL;
                }
                if (heard == interims.count()) {
                    line.add(follower);
                    return Joining.JOINED;
                }
                missed = interims.after(heard);
                heard = interims.count();
            }
            missed.forEach(interim -> handout.interim(interim, follower));
        }
        return head != null && handout.offer(head, follower) ? Joining.JOINED : Joining.REFUSED;
    }

    /** Whether its response has become stale while it came, so that nobody joins it any more. */
    synchronized boolean isOutlived() {
        return headed != null && !handout.isFresh(headed.reception());
    }

    /** An interim response came: everybody in line is told, and who joins the line later. */
    void interim(ResponseHead head) {
        List<Follower> waiting;
        synchronized (this) {
            if (line == null) {
                return;
            }
            interims.add(head);
            waiting = List.copyOf(line);
        }
        for (Follower follower : waiting) {
            handout.interim(head, follower);
        }
    }

    /**
     * The head is there. Nobody waits in line any more; from now on requests may follow the body.
     */
    List<Follower> headed(Headed head) {
        synchronized (this) {
            headed = head;
            return closeLine();
        }
    }

    /** The fill can no longer be joined; returns who was still in line. */
    synchronized List<Follower> end() {
        headed = null;
        return closeLine();
    }

    private List<Follower> closeLine() {
        List<Follower> waiting = line == null ? List.of() : line;
        line = null;
        return waiting;
    }
}
