package dev.skerry.cache.coding.zstd;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.Native;
import dev.skerry.cache.coding.Encoder;
import dev.skerry.cache.policy.ContentCoding;
import java.io.IOException;
import java.io.OutputStream;

/** Zstandard (RFC 8878) by the reference library; levels 1 to 19. */
public final class ZstdEncoder implements Encoder {
    /** 2 MiB, under the 8 MiB that every client takes (RFC 9659 §3). */
    private static final int MOST_WINDOW_BITS = 21;

    private ZstdEncoder() {}

    /**
     * Loads the library.
     *
     * @throws LinkageError when there is none for this system
     */
    public static ZstdEncoder load() {
        Native.load();
        return new ZstdEncoder();
    }

    @Override
    public ContentCoding coding() {
        return ContentCoding.ZSTD;
    }

    @Override
    public OutputStream open(OutputStream to, int level, long length) throws IOException {
        ZstdOutputStreamNoFinalizer stream = new ZstdOutputStreamNoFinalizer(to, level);
        // A flush ends a block, not the frame: many clients read one frame only.
        return stream.setCloseFrameOnFlush(false)
                .setWindowLog(Encoder.windowBits(length, MOST_WINDOW_BITS));
    }
}
