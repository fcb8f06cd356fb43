package dev.skerry.cache.engine;

import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One encoding of one body, followed by everyone who wants it while it is under way. It runs on a
 * virtual thread, which waits for the source and for slow readers without cost, and works in slices
 * under a semaphore: an encoder's time is a processor's time, and virtual threads are not taken off
 * a processor while they use it.
 *
 * <p>Receivers are called outside of the line's lock.
 */
final class EncodeRun implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(EncodeRun.class);

    /** Bytes of the source that are worked on in one go. */
    private static final int SLICE_BYTES = 64 << 10;

    /** How long a source of unknown length may take to show whether it is worth coding. */
    private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long a source is quiet before what was written so far is flushed. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /** Less than this, such as an encoder's first bytes, waits for more or for a flush. */
    private static final int LEAST_STEP_BYTES = 1 << 10;

    private static final int USELESS_PERCENT = 95;

    private final CodedResponses owner;
    private final EncodeTask task;
    private final Semaphore readable = new Semaphore(0);
    private final ByteArrayOutputStream coded = new ByteArrayOutputStream(16 << 10);
    private final byte[] copy = new byte[8 << 10];
    private final EncodeLine line = new EncodeLine();
    private @Nullable GrowingBody target;
    private long consumed;

    EncodeRun(CodedResponses owner, EncodeTask task) {
        this.owner = owner;
        this.task = task;
    }

    /** Lets a request wait for the head, or follow; false when it cannot be joined any more. */
    boolean join(EncodeLine.Waiter waiter) {
        return line.join(waiter) || (line.mayFollow() && follow(waiter));
    }

    /** Gives up a run that nobody knows of. */
    void drop() {
        task.source().close();
    }

    /** Gives up a run that could not begin: who waits for it is sent away with what they have. */
    void giveUp() {
        leave(false);
    }

    @Override
    public void run() {
        boolean ended = false;
        try {
            GrowingBody body = owner.store().newBody(task.toStore() != null);
            target = body;
            ended = encode(body);
        } catch (IOException broken) {
            // The source's own failure, or nobody is left to read.
            fail(broken);
        } catch (RuntimeException | LinkageError fault) {
            log.error("a body could not be coded", fault);
        } finally {
            leave(ended);
        }
    }

    private void leave(boolean ended) {
        fail(new IOException("the encoding ended before its time")); // unless complete
        if (!ended) {
            owner.count(task).failed.increment();
        }
        task.source().close();
        owner.ended(this, task);
        line.leave().forEach(waiter -> waiter.take(waiter.answer()));
        if (target != null) {
            target.release();
        }
    }

    private void fail(IOException cause) {
        if (target != null) {
            target.fail(cause);
        }
    }

    /** Whether the source came to its end. */
    private boolean encode(GrowingBody body) throws IOException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        if (task.length() < 0 && !isLongEnough(first)) {
            return true;
        }
        CodedCounters.OfCoding count = owner.count(task);
        try (OutputStream encoder =
                task.encoder()
                        .open(
                                coded,
                                task.compression().level(task.encoder().coding()),
                                task.length())) {
            pump(first, encoder, body);
        }
        count.bytesIn.add(consumed);
        count.bytesOut.add(body.written());
        finish(body);
        return true;
    }

    /** Reads what comes at first, until it is long enough, or ends, or takes too long. */
    private boolean isLongEnough(ByteArrayOutputStream first) throws IOException {
        long begin = owner.time().nanoTime();
        long least = task.compression().minBytes();
        while (true) {
            consumed += take(first, least - first.size());
            long left = HOLD_NANOS - (owner.time().nanoTime() - begin);
            if (first.size() >= least) {
                return true;
            }
            if (task.source().ended()) {
                return false;
            }
            if (left <= 0 || !await(left)) {
                return true;
            }
        }
    }

    private void pump(ByteArrayOutputStream first, OutputStream encoder, GrowingBody body)
            throws IOException {
        BodyReader source = task.source();
        first.writeTo(encoder);
        boolean unflushed = first.size() > 0;
        boolean quiet = false;
        while (true) {
            acquire();
            long taken;
            boolean ended;
            try {
                taken = take(encoder, SLICE_BYTES);
                consumed += taken;
                unflushed |= taken > 0;
                ended = source.ended();
                if (ended) {
                    encoder.close();
                } else if (quiet && taken == 0 && unflushed) {
                    encoder.flush();
                    unflushed = false;
                }
            } finally {
                owner.crunching().release();
            }
            if (ended || !unflushed || coded.size() >= LEAST_STEP_BYTES) {
                handOn(body);
            }
            if (ended) {
                return;
            }
            if (body.written() > 0) {
                announce();
            }
            quiet = false;
            if (taken == 0 && !unflushed) {
                await(Long.MAX_VALUE);
            } else if (taken < SLICE_BYTES) {
                quiet = !await(QUIET_NANOS);
            } else {
                letOthersRun();
            }
        }
    }

    /** Takes at most so many bytes that are there now. */
    private long take(OutputStream to, long most) throws IOException {
        long taken = 0;
        while (taken < most) {
            ByteBuffer next = task.source().next();
            if (next == null) {
                break;
            }
            int count = (int) Math.min(Math.min(next.remaining(), copy.length), most - taken);
            next.get(copy, 0, count);
            to.write(copy, 0, count);
            taken += count;
        }
        return taken;
    }

    /** May wait for slow readers, which is why the encoder writes into a buffer first. */
    private void handOn(GrowingBody body) throws IOException {
        if (coded.size() > 0) {
            body.append(ByteBuffer.wrap(coded.toByteArray()));
            coded.reset();
        }
    }

    private void finish(GrowingBody body) throws IOException {
        body.complete();
        boolean useless = body.written() * 100 >= consumed * USELESS_PERCENT;
        if (useless) {
            owner.count(task).useless.increment();
        }
        StoredHead head = task.toStore();
        if (head == null) {
            if (!useless) {
                announce();
            }
            return;
        }
        if (useless) {
            owner.store().putUseless(task.storeKey(), head);
            return;
        }
        owner.store().put(task.storeKey(), head, body);
        for (EncodeLine.Waiter waiter : line.leaveToFollow()) {
            give(waiter);
        }
    }

    /** From the store if possible: with a length, and in parts for those who want them. */
    private void give(EncodeLine.Waiter waiter) {
        StoredResponse stored =
                waiter.answer() instanceof Answer.Stored
                        ? owner.store().find(task.storeKey(), task.bodyId())
                        : null;
        if (stored != null && waiter.answer() instanceof Answer.Stored answer) {
            answer.response().release();
            waiter.take(
                    new Answer.Stored(
                            stored,
                            answer.outcome(),
                            answer.reason(),
                            answer.ageMillis(),
                            answer.fetch(),
                            stored.tier()));
        } else if (!follow(waiter)) {
            waiter.take(waiter.answer());
        }
    }

    private void announce() {
        for (EncodeLine.Waiter waiter : line.leaveToFollow()) {
            if (!follow(waiter)) {
                waiter.take(waiter.answer());
            }
        }
    }

    private boolean follow(EncodeLine.Waiter waiter) {
        GrowingBody body = target;
        BodyReader reader = body == null ? null : body.reader(0, Long.MAX_VALUE);
        if (body == null || reader == null) {
            return false;
        }
        waiter.take(new Answer.Coded(waiter.answer(), task.head(), reader, body.length()));
        return true;
    }

    /** Whether the source has something new to say within the time. */
    private boolean await(long nanos) throws IOException {
        readable.drainPermits();
        task.source().onReadable(readable::release);
        try {
            return readable.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void acquire() throws IOException {
        try {
            owner.crunching().acquire();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * A virtual thread keeps its carrier until it waits for something, and fetches need one too.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void letOthersRun() {
        Thread.yield();
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while coding");
    }
}
