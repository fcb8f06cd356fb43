package dev.skerry.cache.store.memory;

import static dev.skerry.cache.store.head.HeadCodec.LINES;
import static dev.skerry.cache.store.head.HeadCodec.LINES_LENGTH;
import static dev.skerry.cache.store.head.HeadCodec.NAME_LENGTH;
import static dev.skerry.cache.store.head.HeadCodec.TAGS_LENGTH;
import static dev.skerry.cache.store.head.HeadCodec.VARIANT_LENGTH;

import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.LowerTier;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.cache.store.Variants;
import dev.skerry.cache.store.head.HeadCodec;
import dev.skerry.cache.store.memory.block.BlockPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One stored response: 32 bytes of heap that point to a head and a body in direct memory. It is its
 * own {@link Variants} when it is alone under its key. Created with one reference.
 */
public final class MemoryResponse implements StoredResponse, Variants {
    private static final AtomicIntegerFieldUpdater<MemoryResponse> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(MemoryResponse.class, "references");

    /** A status needs two bytes of its four; the first keeps the marks, for want of a field. */
    private static final int MARKS = HeadCodec.STATUS;

    private static final int STATUS_MASK = 0xFFFF;
    private static final int USED = 1;
    private static final int BELOW = 2;
    private static final int SETTLED = 4;

    private final BlockPool pool;
    private final MemoryContent body;
    private final int head;
    private long checkedAt;

    @SuppressWarnings("UnusedVariable") // through REFERENCES
    private volatile int references = 1;

    /** Takes over the block {@code head} and one reference of {@code body}. */
    MemoryResponse(BlockPool pool, int head, MemoryContent body) {
        this.pool = pool;
        this.head = head;
        this.body = body;
    }

    @Override
    public int status() {
        return pool.getInt(head, HeadCodec.STATUS) & STATUS_MASK;
    }

    @Override
    public long bodyLength() {
        return body.length();
    }

    @Override
    public long bodyId() {
        return body.id();
    }

    @Override
    public Tier tier() {
        return body.isInMemory() ? Tier.MEMORY : Tier.DISK;
    }

    /** Whether bytes of the body lie in a place that the tier below has given up. */
    public boolean hasLeft() {
        return body.hasLeft();
    }

    @Override
    public boolean isWhole() {
        return body.isWhole();
    }

    @Override
    public List<Extent> extents() {
        return body.extents();
    }

    @Override
    public long bornAt() {
        return pool.getLong(head, HeadCodec.BORN_AT);
    }

    @Override
    public long bornAtLocal() {
        return pool.getLong(head, HeadCodec.BORN_AT_LOCAL);
    }

    @Override
    public long receivedMillis() {
        return pool.getLong(head, HeadCodec.RECEIVED);
    }

    @Override
    public long initialAgeMillis() {
        return pool.getLong(head, HeadCodec.INITIAL_AGE);
    }

    @Override
    public long lifetimeMillis() {
        return pool.getLong(head, HeadCodec.LIFETIME);
    }

    @Override
    public long staleWhileRevalidateMillis() {
        return pool.getLong(head, HeadCodec.STALE_WHILE_REVALIDATE);
    }

    @Override
    public long staleIfErrorMillis() {
        return pool.getLong(head, HeadCodec.STALE_IF_ERROR);
    }

    @Override
    public int flags() {
        return pool.getInt(head, HeadCodec.FLAGS);
    }

    @Override
    public long checkedAt() {
        return checkedAt;
    }

    @Override
    public void checkedAt(long revision) {
        checkedAt = revision;
    }

    @Override
    public StoredHead head() {
        FieldList fields = HeadCodec.decodeLines(pool.read(head, LINES, linesLength()));
        Stamp stamp =
                new Stamp(
                        bornAt(),
                        bornAtLocal(),
                        receivedMillis(),
                        initialAgeMillis(),
                        lifetimeMillis(),
                        staleWhileRevalidateMillis(),
                        staleIfErrorMillis(),
                        flags());
        return new StoredHead(
                new ResponseHead(status(), fields), vary(), selecting(), tags(), stamp, name());
    }

    @Override
    public List<String> vary() {
        return HeadCodec.decodeStrings(variant());
    }

    @Override
    public FieldList selecting() {
        ByteBuffer variant = variant();
        HeadCodec.decodeStrings(variant);
        return FieldList.of(HeadCodec.decodeStrings(variant).toArray(new String[0]));
    }

    @Override
    public List<String> tags() {
        int at = LINES + linesLength() + pool.getInt(head, VARIANT_LENGTH);
        return HeadCodec.decodeStrings(pool.view(head, at, pool.getInt(head, TAGS_LENGTH)));
    }

    @Override
    public @Nullable KeyName name() {
        int length = pool.getInt(head, NAME_LENGTH);
        return HeadCodec.decodeName(pool.view(head, headLength() - length, length));
    }

    @Override
    public ByteBuffer fieldLines() {
        return pool.view(head, LINES, linesLength());
    }

    @Override
    public @Nullable ByteBuffer contiguousBody() {
        return body.contiguous(pool);
    }

    @Override
    public BodyReader reader(long from, long to) {
        return body.reader(pool, from, to);
    }

    @Override
    public boolean retain() {
        int count = references;
        while (count > 0) {
            if (REFERENCES.compareAndSet(this, count, count + 1)) {
                return true;
            }
            count = references;
        }
        return false;
    }

    @Override
    public void release() {
        int before = REFERENCES.getAndDecrement(this);
        if (before <= 0) {
            throw new IllegalStateException("released more often than retained");
        }
        if (before == 1) {
            pool.free(head, headLength());
            body.release(pool);
        }
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public MemoryResponse get(int index) {
        Objects.checkIndex(index, 1);
        return this;
    }

    /** Whether a request has used it since it came into memory, as far as was told. */
    public boolean isUsed() {
        return (pool.getByte(head, MARKS) & USED) != 0;
    }

    /** Whether it lies below memory as well, as far as is known. */
    public boolean isBelow() {
        return (pool.getByte(head, MARKS) & BELOW) != 0;
    }

    /** Whether nothing is left to be done when a request uses it. */
    public boolean isSettled() {
        return (pool.getByte(head, MARKS) & SETTLED) != 0;
    }

    /** Nothing is left to be done when a request uses it. */
    public void markSettled() {
        mark(SETTLED);
    }

    /** A request has used it. A mark that is lost in a race is set again. */
    public void markUsed() {
        mark(USED);
    }

    /** It lies below as well. */
    public void markBelow() {
        mark(BELOW);
    }

    /** Its bytes for a lower tier, with a reference of each. */
    public List<LowerTier.Part> parts() {
        List<LowerTier.Part> parts = new ArrayList<>(1);
        for (MemoryContent.Piece piece : body.pieces()) {
            Extent extent = new Extent(piece.from(), piece.to());
            switch (piece.body()) {
                case MemoryBody inMemory when extent.length() > 0 ->
                        parts.add(
                                new LowerTier.Part(
                                        extent,
                                        new HeldPart(pool, inMemory, 0, inMemory.length()),
                                        null));
                case MemoryBody nothing -> {}
                case OutsideRun below -> {
                    below.outside().retain();
                    parts.add(new LowerTier.Part(extent, null, below.outside()));
                }
            }
        }
        return parts;
    }

    /**
     * Whether both are one stored response: the same object, or brought up twice from below.
     *
     * @param other which the caller holds
     */
    boolean isSame(MemoryResponse other) {
        return equals(other)
                || (isBelow()
                        && other.isBelow()
                        && bodyId() == other.bodyId()
                        && bornAt() == other.bornAt()
                        && bornAtLocal() == other.bornAtLocal()
                        && sameVariant(other));
    }

    /** The head as it is encoded, marks included: a view. */
    ByteBuffer encodedHead() {
        return pool.view(head, 0, headLength());
    }

    MemoryContent body() {
        return body;
    }

    private void mark(int mark) {
        pool.putByte(head, MARKS, (byte) (pool.getByte(head, MARKS) | mark));
    }

    /** What head and body take from the pool. */
    long footprint() {
        return headFootprint() + body.footprint();
    }

    /** What the head takes from the pool. */
    long headFootprint() {
        return BlockPool.footprint(headLength());
    }

    /** Whether the other response answers the same requests: same vary, same selecting fields. */
    boolean sameVariant(MemoryResponse other) {
        return variant().equals(other.variant());
    }

    /** Whether this one was born before the other, in either order of invalidations. */
    boolean olderThan(MemoryResponse other) {
        return bornAt() < other.bornAt() || bornAtLocal() < other.bornAtLocal();
    }

    private ByteBuffer variant() {
        return pool.view(head, LINES + linesLength(), pool.getInt(head, VARIANT_LENGTH));
    }

    private int linesLength() {
        return pool.getInt(head, LINES_LENGTH);
    }

    private int headLength() {
        return LINES
                + linesLength()
                + pool.getInt(head, VARIANT_LENGTH)
                + pool.getInt(head, TAGS_LENGTH)
                + pool.getInt(head, NAME_LENGTH);
    }
}
