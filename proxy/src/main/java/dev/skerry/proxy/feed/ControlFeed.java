package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.Position;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.upstream.AddressLookup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control plane for as long as the node lives: one stream at a time, from the first of
 * several places that can serve it, and back to a preferred one when that is there again. Whatever
 * goes wrong ends the stream, and the next begins where the node durably is. Thread-safe.
 */
public final class ControlFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlFeed.class);

    private final FeedOptions options;
    private final FeedTimings timings;
    private final FeedParts parts;
    private final List<ControlLink> links;
    private final Backoff backoff;
    private final Complaints complaints;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private volatile @Nullable FollowSession session;
    // Which link to go back to, -1 for none; set by the probe of the present session.
    private volatile int preferred = -1;
    // The feed thread's: the highest that was applied in this process.
    private @Nullable Position applied;

    private ControlFeed(
            FeedOptions options,
            FeedTimings timings,
            FeedParts parts,
            List<ControlLink> links,
            RandomGenerator random) {
        this.options = options;
        this.timings = timings;
        this.parts = parts;
        this.links = links;
        this.backoff = new Backoff(timings.firstBackoff(), timings.lastBackoff(), random);
        this.complaints = new Complaints(parts.age());
        this.applied = parts.target().position();
        this.thread = Thread.ofVirtual().name("control feed").unstarted(this::run);
    }

    /**
     * Starts to follow and returns at once.
     *
     * @param tap sees what is received, see {@link FeedTap#NONE}
     * @param nanoTime monotonic
     */
    public static ControlFeed start(
            FeedOptions options,
            FeedTimings timings,
            FeedTarget target,
            FeedTap tap,
            HttpClient client,
            AddressLookup addresses,
            LongSupplier nanoTime,
            RandomGenerator random) {
        List<ControlLink> links =
                options.controls().stream()
                        .map(control ->
                                new ControlLink(
                                        control,
                                        options.token(),
                                        client,
                                        addresses,
                                        timings.silence()))
                        .toList();
        long began = nanoTime.getAsLong();
        FeedParts parts =
                new FeedParts(target, tap, new FeedCounters(), () -> nanoTime.getAsLong() - began);
        ControlFeed feed = new ControlFeed(options, timings, parts, links, random);
        feed.thread.start();
        return feed;
    }

    /** The ways to those that it may follow, the preferred first. */
    public List<ControlLink> links() {
        return links;
    }

    /** What it has done so far. */
    public FeedCounters counters() {
        return parts.counters();
    }

    /** Reports at once, when the target's state or problems have changed. */
    public void reportNow() {
        FollowSession current = session;
        if (current != null) {
            current.reportNow();
        }
    }

    /**
     * Says that the node has left and ends, in about two seconds at the most. The target is not
     * called any more when this returns, unless it is slower than that.
     */
    @Override
    public void close() {
        closed.countDown();
        FollowSession current = session;
        if (current != null) {
            current.leave();
        }
        try {
            thread.join(timings.farewell());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int index = 0;
        while (!isClosed()) {
            preferred = -1;
            String reason = follow(index);
            if (isClosed()) {
                return;
            }
            int better = preferred;
            if (better >= 0) {
                LOG.info("goes back to {}", links.get(better).control());
                index = better;
                continue;
            }
            index = (index + 1) % links.size();
            parts.counters().failed();
            if (complaints.due(reason)) {
                LOG.warn("does not follow the control plane: {}", reason);
            }
            if (await(backoff.next())) {
                return;
            }
        }
    }

    /** Follows until the stream ends; returns why it did. */
    private String follow(int index) {
        ControlLink link = links.get(index);
        FollowSession current =
                new FollowSession(link, options, timings, parts, head -> welcomed(link, head));
        session = current;
        Thread probe = index == 0 ? null : probe(index, current);
        try {
            // After the session is set: whoever closes now has met it, or is met here.
            if (!isClosed()) {
                current.run(applied);
            }
            return "closed";
        } catch (IOException e) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        } catch (RuntimeException e) {
            LOG.error("the feed failed and begins anew", e);
            return e.toString();
        } finally {
            applied = current.applied();
            session = null;
            if (probe != null) {
                probe.interrupt();
            }
        }
    }

    private void welcomed(ControlLink link, Position head) {
        backoff.reset();
        if (complaints.due("follows " + link.control())) {
            LOG.info("follows {}, which is at {}", link.control(), head.revision());
        }
    }

    /** Looks whether somebody before this one is there again, and ends the session then. */
    private Thread probe(int index, FollowSession current) {
        return Thread.ofVirtual()
                .name("control probe")
                .start(() -> {
                    while (!await(timings.probe())) {
                        int better = firstReady(index);
                        if (better < index && session == current) {
                            preferred = better;
                            current.breakOff("a preferred control plane is there again");
                            return;
                        }
                    }
                });
    }

    private int firstReady(int index) {
        int found = 0;
        while (found < index && !links.get(found).isReady()) {
            found++;
        }
        return found;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Waits; true when the feed is closed by then. */
    private boolean await(Duration duration) {
        try {
            return closed.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }
}
