package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.segment.Segment;
import dev.skerry.cache.store.head.HeadCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reads everything that a disk holds, not faster than it is told to, and has what is damaged
 * forgotten. For one thread.
 */
final class Verifying implements Walk.Visitor {
    private static final int MOST_EXAMPLES = 100;

    private final Disk disk;
    private final long bytesPerSecond;
    private final CountDownLatch closed;
    private final long began;
    private final List<String> examples = new ArrayList<>();
    private long responses;
    private long bytes;
    private long damaged;

    /**
     * @param bytesPerSecond the most that is read, on average
     * @param closed opens when nothing more is to be read
     */
    Verifying(Disk disk, long bytesPerSecond, CountDownLatch closed) {
        this.disk = disk;
        this.bytesPerSecond = bytesPerSecond;
        this.closed = closed;
        this.began = disk.clock.mono();
    }

    @Override
    public boolean visit(Found found, Found.Outcome outcome, long entry) {
        if (found.isDamaged()) {
            damaged(found.key().toString());
        } else if (outcome == Found.Outcome.SOUND) {
            responses++;
            body(found);
        }
        return pace();
    }

    Verification result() {
        return new Verification(responses, bytes, damaged, examples);
    }

    private void body(Found found) {
        ExtentList extents = found.head().extentList();
        bytes += extents.bytes();
        if (found.body() != null) {
            return;
        }
        Segment[] held = disk.retain(extents);
        if (held == null) {
            return;
        }
        DiskBody body = new DiskBody(disk, found.variant(), found.slotAddress(), extents, held);
        try (BlockReading reading = new BlockReading(body)) {
            for (int i = 0; i < extents.size(); i++) {
                long at = extents.from(i);
                while (at < extents.to(i)) {
                    at += reading.block(at, extents.to(i)).remaining();
                }
            }
        } catch (IOException e) {
            body.giveUp();
            KeyName name = HeadCodec.name(found.head().head());
            damaged(name == null ? found.key().toString() : name.url());
        } finally {
            body.release();
        }
    }

    private void damaged(String what) {
        damaged++;
        if (examples.size() < MOST_EXAMPLES) {
            examples.add(what);
        }
    }

    /** Waits as long as it is too fast; whether to go on. */
    private boolean pace() {
        long read = bytes + responses * LogAddress.UNIT;
        long due = began + (long) (1000.0 * read / bytesPerSecond);
        try {
            return !closed.await(Math.max(0, due - disk.clock.mono()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
