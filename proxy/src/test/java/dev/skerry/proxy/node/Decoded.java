package dev.skerry.proxy.node;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.skerry.testkit.RawResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What a client makes of a body that has a content coding. */
final class Decoded {
    private Decoded() {}

    static byte[] of(RawResponse response) throws IOException {
        return of(response.field("Content-Encoding"), response.body());
    }

    static byte[] of(@Nullable String coding, byte[] body) throws IOException {
        try (InputStream in = stream(coding, new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        }
    }

    /** What can be had of the beginning of a coded body, at most so many bytes. */
    static byte[] beginning(String coding, byte[] body, int most) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (InputStream in = stream(coding, new ByteArrayInputStream(body))) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                plain.write(next);
                if (plain.size() == most) {
                    break;
                }
            }
        } catch (IOException end) {
            // the rest is not there yet
        }
        return plain.toByteArray();
    }

    private static InputStream stream(@Nullable String coding, InputStream body)
            throws IOException {
        return switch (coding) {
            case null -> body;
            case "gzip" -> new GZIPInputStream(body);
            case "br" -> {
                Brotli4jLoader.ensureAvailability();
                BrotliInputStream brotli = new BrotliInputStream(body);
                brotli.enableEagerOutput();
                yield brotli;
            }
            case "zstd" -> new ZstdInputStreamNoFinalizer(body);
            default -> throw new IOException("no decoder for " + coding);
        };
    }
}
