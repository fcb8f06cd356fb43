package dev.skerry.cache.policy;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.ResponseHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What part of a representation is a 206? RFC 9110 §14.4 and §15.3.7. */
public final class PartialContent {
    private PartialContent() {}

    /**
     * Where the content of a 206 lies in its representation, whether or not that is what was asked
     * for. Only what can be placed without doubt can be stored or joined with other parts.
     *
     * @param announcedLength the length of the content by its framing, -1 when unknown
     * @return null when it cannot be placed: there are several parts, the complete length is
     *     unknown, or the fields contradict each other
     */
    public static @Nullable ContentRange placed(ResponseHead partial, long announcedLength) {
        String type = partial.fields().first("Content-Type");
        if (partial.status() != 206
                || (type != null
                        && type.toLowerCase(Locale.ROOT).startsWith("multipart/byteranges"))) {
            return null;
        }
        // Two such fields are none: combined they break the grammar.
        ContentRange range = ContentRange.parse(partial.fields().combined("Content-Range"));
        if (range == null || range.from() < 0 || range.length() < 0) {
            return null;
        }
        boolean fits = announcedLength < 0 || announcedLength == range.to() - range.from();
        return fits ? range : null;
    }

    /**
     * The head that the whole representation would have: what is stored of a part, and what later
     * answers are made of. The fields about the part alone are gone.
     */
    public static ResponseHead representation(ResponseHead partial) {
        return new ResponseHead(
                200,
                partial.fields().toBuilder()
                        .remove("Content-Range")
                        .remove("Content-Length")
                        .build());
    }
}
