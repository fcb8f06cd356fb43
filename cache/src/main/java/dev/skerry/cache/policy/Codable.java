package dev.skerry.cache.policy;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.ResponseHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * May the content of a response be coded here? RFC 9110 §7.7: a proxy may transform content unless
 * {@code no-transform} forbids it.
 *
 * <p>Left alone as well: every status but 200; what has a coding of its origin's, right or wrong;
 * parts (Content-Range); bodies that a field vouches for byte by byte (RFC 9530 digests are of the
 * content with its coding; Content-MD5 likewise); responses that announce trailers, which belong to
 * the bytes they came with; and event streams, whose readers wait for every line.
 */
public final class Codable {
    private Codable() {}

    /** Whether a response may be coded, its length aside. */
    public static boolean isCodable(ResponseHead response, Compression compression) {
        Fields fields = response.fields();
        return response.status() == 200
                && !fields.contains("Content-Encoding")
                && !fields.contains("Content-Range")
                && !fields.contains("Content-Digest")
                && !fields.contains("Repr-Digest")
                && !fields.contains("Digest")
                && !fields.contains("Content-MD5")
                && !fields.contains("Trailer")
                && isCompressible(fields.first("Content-Type"), compression)
                && !CacheControl.of(fields).noTransform();
    }

    /** Whether a request forbids it (RFC 9111 §5.2.1.6). */
    public static boolean isForbidden(Fields request) {
        return request.contains("Cache-Control") && CacheControl.of(request).noTransform();
    }

    private static boolean isCompressible(@Nullable String contentType, Compression compression) {
        if (contentType == null) {
            return false;
        }
        int semicolon = contentType.indexOf(';');
        String type =
                (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                        .strip()
                        .toLowerCase(Locale.ROOT);
        return !type.equals("text/event-stream") && compression.types().test(type);
    }
}
