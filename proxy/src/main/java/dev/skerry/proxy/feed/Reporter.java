package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.StreamCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports for one session: at once when asked to, and at a steady pace otherwise. What is asked for
 * while a report is on its way goes into the next, so reports never pile up. Thread-safe.
 */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

    private final ControlLink link;
    private final String node;
    private final FeedTarget target;
    private final LongSupplier age;
    private final FeedTimings timings;
    private final Runnable unknown;
    private final Interruption interruption = new Interruption();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable String session;
    private @Nullable Thread thread;
    private boolean due;
    private boolean stopped;

    /**
     * A reporter that waits for its session.
     *
     * @param age nanoseconds since the feed began; never negative, as {@code ping} must not be
     * @param unknown run when the other side does not take reports of this session (any more)
     */
    Reporter(
            ControlLink link,
            String node,
            FeedTarget target,
            LongSupplier age,
            FeedTimings timings,
            Runnable unknown) {
        this.link = link;
        this.node = node;
        this.target = target;
        this.age = age;
        this.timings = timings;
        this.unknown = unknown;
    }

    /** Reports for this session from now on, the first at once. */
    void welcomed(String welcomedSession) {
        lock.lock();
        try {
            session = welcomedSession;
            due = true;
            changed.signalAll();
            if (thread == null && !stopped) {
                thread = Thread.ofVirtual().name("control reports").start(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Something has changed. */
    void reportNow() {
        lock.lock();
        try {
            due = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Reports no more; returns when nothing more will leave. */
    void stop() {
        Thread running;
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
            running = thread;
        } finally {
            lock.unlock();
        }
        interruption.breakOff();
        if (running != null) {
            try {
                running.join(timings.farewell());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Says that the node has left, after {@link #stop}. */
    void sayFarewell() {
        String last;
        lock.lock();
        try {
            last = session;
        } finally {
            lock.unlock();
        }
        if (last == null) {
            return;
        }
        try {
            target.leaves();
        } catch (IOException e) {
            LOG.warn("it cannot be noted that this node has left, so it does not say so", e);
            return;
        }
        try {
            link.post(path(), json(last, NodeReport.State.LEFT), timings.farewell());
        } catch (IOException e) {
            LOG.debug("the farewell did not arrive", e);
        }
    }

    private void run() {
        String current = awaitDue();
        while (current != null) {
            report(current);
            current = awaitDue();
        }
    }

    private void report(String current) {
        try {
            byte[] json = json(current, target.state());
            ControlLink.Answer answer = interruption.during(() -> link.post(path(), json));
            // 5xx: a relay that has lost its control plane; it says so by ending the stream, or
            // not.
            if (answer.status() >= 400 && answer.status() < 500 && isCurrent(current)) {
                LOG.debug("{} answers {} to a report", link.control(), answer.status());
                unknown.run();
            }
        } catch (IOException e) {
            LOG.debug("a report did not arrive", e);
        } catch (RuntimeException e) {
            LOG.error("a report could not be made", e);
        }
    }

    private byte[] json(String current, NodeReport.State state) {
        NodeReport report =
                new NodeReport(
                        current,
                        age.getAsLong() / 1_000_000,
                        target.position(),
                        state,
                        target.problems());
        return StreamCodec.writeReport(report).getBytes(StandardCharsets.UTF_8);
    }

    private String path() {
        return "/v1/nodes/" + node + "/reports";
    }

    private boolean isCurrent(String reported) {
        lock.lock();
        try {
            return reported.equals(session);
        } finally {
            lock.unlock();
        }
    }

    /** The session to report for; null at the end. */
    private @Nullable String awaitDue() {
        lock.lock();
        try {
            long left = timings.report().toNanos();
            while (!stopped && !due && left > 0) {
                left = changed.awaitNanos(left);
            }
            due = false;
            return stopped ? null : session;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }
}
