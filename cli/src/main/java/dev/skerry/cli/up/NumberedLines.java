package dev.skerry.cli.up;

import dev.skerry.net.server.BodySource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A large body that is made as it is sent: lines of 16 bytes, each its own offset in hexadecimal,
 * so that one sees of any part whether it is the right one.
 */
final class NumberedLines implements BodySource {
    private static final int LINE = 16;
    private static final int DIGITS = LINE - 1;
    private static final int MOST_AT_ONCE = 64 * 1024;

    private final long length;
    private final ByteBuffer buffer = ByteBuffer.allocate(MOST_AT_ONCE + LINE).limit(0);
    private final long to;
    private long next;

    /** The bytes from an offset on, up to another. */
    NumberedLines(long from, long to) {
        this.next = from;
        this.to = to;
        this.length = to - from;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (!buffer.hasRemaining() && next < to) {
            fill();
        }
        return buffer.hasRemaining() ? buffer : null;
    }

    @Override
    public boolean ended() {
        return next == to && !buffer.hasRemaining();
    }

    @Override
    public void onReadable(Runnable wake) {
        wake.run();
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    /** Whole lines, of which the part may begin and end inside. */
    private void fill() {
        int skipped = (int) (next % LINE);
        int count = (int) Math.min(MOST_AT_ONCE, to - next);
        buffer.clear();
        for (long line = next - skipped; line < next + count; line += LINE) {
            for (int digit = DIGITS - 1; digit >= 0; digit--) {
                buffer.put((byte) Character.forDigit((int) (line >>> (4 * digit)) & 0xf, LINE));
            }
            buffer.put((byte) '\n');
        }
        buffer.position(skipped).limit(skipped + count);
        next += count;
    }
}
