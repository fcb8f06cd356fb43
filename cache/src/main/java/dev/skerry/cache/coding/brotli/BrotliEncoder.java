package dev.skerry.cache.coding.brotli;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder.Parameters;
import dev.skerry.cache.coding.Encoder;
import dev.skerry.cache.policy.ContentCoding;
import java.io.IOException;
import java.io.OutputStream;

/** Brotli (RFC 7932) by the reference library; levels 0 to 11. */
public final class BrotliEncoder implements Encoder {
    private static final int BUFFER_BYTES = 16 << 10;

    /** 1 MiB: what it adds to a larger window on text is little, and each encoding pays for it. */
    private static final int MOST_WINDOW_BITS = 20;

    private BrotliEncoder() {}

    /**
     * Loads the library.
     *
     * @throws LinkageError when there is none for this system
     */
    public static BrotliEncoder load() {
        Brotli4jLoader.ensureAvailability();
        return new BrotliEncoder();
    }

    @Override
    public ContentCoding coding() {
        return ContentCoding.BR;
    }

    @Override
    public OutputStream open(OutputStream to, int level, long length) throws IOException {
        Parameters parameters =
                Parameters.create(level, Encoder.windowBits(length, MOST_WINDOW_BITS));
        return new BrotliOutputStream(to, parameters, BUFFER_BYTES);
    }
}
