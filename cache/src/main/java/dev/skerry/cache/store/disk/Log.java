package dev.skerry.cache.store.disk;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.store.disk.DiskCounters.Event;
import dev.skerry.cache.store.disk.format.ExtentList;
import dev.skerry.cache.store.disk.format.ExtentRecord;
import dev.skerry.cache.store.disk.format.HeadRecord;
import dev.skerry.cache.store.disk.format.LogAddress;
import dev.skerry.cache.store.disk.format.RecordHeader;
import dev.skerry.cache.store.disk.policy.SiteBytes;
import dev.skerry.cache.store.disk.policy.SiteShares;
import dev.skerry.cache.store.disk.segment.LogAppender;
import dev.skerry.cache.store.disk.segment.Payload;
import dev.skerry.cache.store.disk.segment.Segment;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * The log as the writer's thread sees it: it appends, begins new segments, and knows what is to be
 * done when bytes are written.
 */
final class Log implements AutoCloseable {
    /** An extent is cut at the end of a segment only if at least so many bytes fit. */
    private static final int WORTH_CUTTING = ExtentRecord.BLOCK;

    private final LogAppender appender;
    private final DiskCounters counters;
    private final SiteShares shares;

    /** What waits to be written, by site. */
    private final SiteBytes staged = new SiteBytes();

    private final ArrayDeque<Written> waiting = new ArrayDeque<>();

    /** Makes room in the table. */
    interface Space {
        /** For a segment of this number. */
        void makeRoom(long number) throws IOException;
    }

    private final Space space;

    Log(LogAppender appender, DiskCounters counters, SiteShares shares, Space space) {
        this.appender = appender;
        this.counters = counters;
        this.shares = shares;
        this.space = space;
    }

    /** Makes sure that the next bytes, in so many records, lie in one segment. */
    void fit(long bytes, int records) throws IOException {
        if (!canFit(bytes, records)) {
            throw new IllegalArgumentException(bytes + " bytes fit into no segment");
        }
        while (appender.room(records) < bytes) {
            seal();
            space.makeRoom(appender.next().segment());
            if (appender.open() == null) {
                appender.begin();
            }
        }
    }

    /** Whether so many bytes of records fit into any segment. */
    boolean canFit(long bytes, int records) {
        return appender.emptyRoom(records) >= bytes;
    }

    /** The most bytes of a body that the next extent should have. */
    int nextPayload(long wanted) throws IOException {
        long largest = appender.emptyRoom(1) - ExtentRecord.PAYLOAD - LogAddress.UNIT;
        int most = (int) Math.min(wanted, Math.min(largest, ExtentRecord.MAX_PAYLOAD));
        long room = appender.room(1) - ExtentRecord.PAYLOAD;
        if (room >= most) {
            return most;
        }
        if (room >= WORTH_CUTTING) {
            return (int) (room / ExtentRecord.BLOCK * ExtentRecord.BLOCK);
        }
        fit(LogAddress.padded(ExtentRecord.bytes(most)), 1);
        return most;
    }

    /** Appends bytes of a body; there is room. */
    LogAddress extent(CacheKey key, int site, long bodyId, long from, Payload payload)
            throws IOException {
        stage(ExtentRecord.PAYLOAD);
        wrote(site, LogAddress.padded(ExtentRecord.bytes(payload.length())));
        LogAddress address = appender.extent(key, site, bodyId, from, payload, true);
        flushIfEnough();
        return address;
    }

    /** Appends a head whose body lies elsewhere. */
    LogAddress head(LogAppender.Head head) throws IOException {
        long bytes = headBytes(head.bytes().remaining(), head.extents().size());
        fit(bytes, 1);
        stage((int) bytes);
        wrote(head.site(), bytes);
        LogAddress address = appender.head(head);
        flushIfEnough();
        return address;
    }

    /**
     * Appends a head with its whole body behind it.
     *
     * @param head its flags and extents are set here
     */
    LogAddress headAndBody(LogAppender.Head head, Payload payload) throws IOException {
        long bytes = bytesTogether(head.bytes().remaining(), payload.length());
        fit(bytes, 1);
        stage((int) headBytes(head.bytes().remaining(), 1) + ExtentRecord.PAYLOAD);
        wrote(head.site(), bytes);
        LogAddress first = appender.next();
        int headUnits = LogAddress.units(HeadRecord.bytes(head.bytes().remaining(), 1));
        ExtentList.Builder extents = new ExtentList.Builder(1);
        extents.add(0, payload.length(), LogAddress.of(first.segment(), first.unit() + headUnits));
        LogAddress address =
                appender.head(
                        new LogAppender.Head(
                                head.key(),
                                head.variant(),
                                head.flags() | RecordHeader.FOLLOWED,
                                head.bodyId(),
                                head.length(),
                                head.bytes(),
                                head.age(),
                                head.site(),
                                extents.build(),
                                LogAddress.units(bytes)));
        appender.extent(head.key(), head.site(), head.bodyId(), 0, payload, false);
        flushIfEnough();
        return address;
    }

    private void wrote(int site, long bytes) {
        counters.add(Event.BYTES_WRITTEN, bytes);
        staged.add(site, bytes);
    }

    /** Makes room for so many bytes of a record, which are written together. */
    private void stage(int bytes) throws IOException {
        if (!appender.hasRoom(bytes)) {
            flush();
        }
    }

    static long headBytes(int headLength, int extents) {
        return LogAddress.padded(HeadRecord.bytes(headLength, extents));
    }

    static long bytesTogether(int headLength, int payload) {
        return headBytes(headLength, 1) + LogAddress.padded(ExtentRecord.bytes(payload));
    }

    void tombstone(Variant variant) throws IOException {
        fit(RecordHeader.BYTES, 1);
        stage(RecordHeader.BYTES);
        appender.tombstone(variant.key(), variant.digest());
        counters.add(Event.BYTES_WRITTEN, RecordHeader.BYTES);
        counters.count(Event.TOMBSTONES);
        flushIfEnough();
    }

    /** Does something when all that was appended so far is written. */
    void whenWritten(Runnable then, Runnable failed) {
        waiting.add(new Written(appender.next(), then, failed));
        settle();
    }

    /** Where the next record will lie, if it fits into the open segment. */
    LogAddress next() {
        return appender.next();
    }

    private void flushIfEnough() throws IOException {
        if (appender.hasEnough()) {
            flush();
        }
    }

    /** Writes what waits. */
    void flush() throws IOException {
        Segment open = appender.open();
        try {
            appender.flush();
        } catch (IOException e) {
            failAll();
            throw e;
        }
        if (open != null) {
            staged.forEach((site, bytes) -> shares.added(open.number(), site, bytes));
            staged.clear();
        }
        settle();
    }

    void seal() throws IOException {
        flush();
        appender.seal();
    }

    private void settle() {
        LogAddress written = appender.written();
        while (!waiting.isEmpty() && waiting.peek().end().compareTo(written) <= 0) {
            waiting.remove().then().run();
        }
    }

    /** What waits is lost: those who wait for it are told. */
    void failAll() {
        staged.clear();
        while (!waiting.isEmpty()) {
            waiting.remove().failed().run();
        }
    }

    /** Drops what waits and gives the memory back. */
    @Override
    public void close() {
        failAll();
        appender.close();
    }
}
