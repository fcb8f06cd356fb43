package dev.skerry.cache.coding;

import dev.skerry.cache.policy.ContentCoding;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Gzip (RFC 1952) by the JDK's zlib; levels 1 to 9. */
public final class GzipEncoder implements Encoder {
    private static final int BUFFER_BYTES = 8 << 10;

    /** The encoder. */
    public GzipEncoder() {}

    @Override
    public ContentCoding coding() {
        return ContentCoding.GZIP;
    }

    @Override
    public OutputStream open(OutputStream to, int level, long length) throws IOException {
        return new Leveled(to, level);
    }

    private static final class Leveled extends GZIPOutputStream {
        Leveled(OutputStream to, int level) throws IOException {
            super(to, BUFFER_BYTES, true);
            def.setLevel(level);
        }
    }
}
