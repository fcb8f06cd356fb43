package dev.skerry.proxy.node;

import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.cache.store.disk.DiskStatus;
import dev.skerry.cache.store.disk.DiskTier;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a node's disks in the background for ever, a segment of each in turn, so that what went bad
 * is gone before anybody asks for it. All disks together are read at one rate, which is what keeps
 * this out of the way: priorities of threads mean nothing on Linux. Since a disk of any size has
 * about as many segments, passes over all of them take about as long.
 */
final class DiskScrubber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskScrubber.class);

    /** Between two looks at disks that have nothing to read. */
    private static final long IDLE_MILLIS = 1000;

    /** A read that a device does not answer is not waited for any longer. */
    private static final long CLOSE_MILLIS = 5000;

    private final DiskSet disks;
    private final long bytesPerSecond;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private DiskScrubber(DiskSet disks, long bytesPerSecond) {
        this.disks = disks;
        this.bytesPerSecond = bytesPerSecond;
        thread = Thread.ofPlatform().daemon().name("disk-scrub").unstarted(this::run);
    }

    /**
     * Begins.
     *
     * @param bytesPerSecond the most that is read, on average; at least 1
     */
    static DiskScrubber start(DiskSet disks, long bytesPerSecond) {
        DiskScrubber scrubber = new DiskScrubber(disks, bytesPerSecond);
        scrubber.thread.start();
        return scrubber;
    }

    private void run() {
        boolean further = true;
        while (further) {
            boolean read = false;
            try {
                read = round();
            } catch (RuntimeException e) {
                LOG.error("the disks could not be read in the background", e);
            }
            further = goesOnAfter(read ? 0 : TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS));
        }
    }

    private boolean round() {
        boolean read = false;
        for (DiskStatus disk : disks.disks()) {
            DiskTier tier = disk.tier();
            if (tier != null) {
                read |= tier.scrub(this::pace);
            }
        }
        return read;
    }

    private boolean pace(long bytes) {
        return goesOnAfter((long) ((double) bytes / bytesPerSecond * 1e9));
    }

    private boolean goesOnAfter(long nanos) {
        try {
            return !closed.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends after the read that is under way. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
