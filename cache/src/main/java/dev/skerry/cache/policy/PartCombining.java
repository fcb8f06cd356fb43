package dev.skerry.cache.policy;

import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.Fields;
import org.jspecify.annotations.Nullable;

/**
 * May parts be put together? RFC 9111 §3.4: only of one strongly validated representation. Stricter
 * than the RFC in two points: a response whose tag is weak has no strong validator, though its date
 * were one; and a part whose complete length differs is of another representation, which the caller
 * compares.
 */
public final class PartCombining {
    private PartCombining() {}

    /**
     * The strong validator of a representation (RFC 9110 §8.8.1), as {@code If-Range} takes it
     * (§13.1.5); null when it has none.
     */
    public static @Nullable String validator(Fields representation) {
        String tag = representation.first("ETag");
        if (tag != null) {
            EntityTag parsed = EntityTag.parse(tag);
            return parsed == null || parsed.weak() ? null : tag;
        }
        return RangeSelection.isStrongDate(representation)
                ? representation.first("Last-Modified")
                : null;
    }

    /** Whether two responses are of one representation, byte for byte. */
    public static boolean sameRepresentation(Fields one, Fields other) {
        String validator = validator(one);
        return validator != null && validator.equals(validator(other));
    }
}
