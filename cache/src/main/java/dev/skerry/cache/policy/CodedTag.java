package dev.skerry.cache.policy;

import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entity tag of a representation that was coded here: the origin's, weak, with the coding at
 * its end: {@code "5"} becomes {@code W/"5;br"} (RFC 9110 §8.8.1 and §8.8.3.3).
 *
 * <p>Weak, because two encodings of the same bytes need not be the same bytes: they differ by node,
 * level, version and by where a slow origin paused. Recognisable, so that the origin's own tag can
 * be put back when a condition goes to it.
 */
public final class CodedTag {
    private static final char SEPARATOR = ';';

    private CodedTag() {}

    /** The tag of a coded representation; null when the origin's response has none. */
    public static @Nullable String of(@Nullable String origin, ContentCoding coding) {
        EntityTag tag = EntityTag.parse(origin);
        return tag == null
                ? null
                : new EntityTag(true, tag.opaque() + SEPARATOR + coding.token()).toString();
    }

    /** The opaque part of the origin's tag: the same for all codings. */
    static String base(EntityTag tag) {
        return isCoded(tag) ? tag.opaque().substring(0, separator(tag)) : tag.opaque();
    }

    /** Whether a tag was made here. */
    static boolean isCoded(EntityTag tag) {
        int at = separator(tag);
        return tag.weak() && at >= 0 && ContentCoding.of(tag.opaque().substring(at + 1)) != null;
    }

    /**
     * The tag for a 304 (RFC 9110 §15.4.5): the one of the representation that the client has,
     * since that is the one confirmed, whatever the next 200 would be.
     *
     * @param current of the response that was found
     */
    static @Nullable String confirmed(@Nullable String current, Fields request) {
        EntityTag found = EntityTag.parse(current);
        String list = request.combined("If-None-Match");
        if (found == null || list == null) {
            return current;
        }
        String other = null;
        for (EntityTag tag : EntityTag.parseList(list)) {
            if (tag.weakEquals(found)) {
                return current;
            }
            if (other == null && base(tag).equals(base(found))) {
                other = tag.toString();
            }
        }
        return other == null ? current : other;
    }

    /**
     * The fields of a request that goes to the origin: tags made here in If-Match and If-None-Match
     * are the origin's again. If-Range is left alone, because a weak tag there must not hold.
     */
    public static FieldList forOrigin(FieldList request) {
        if (!hasCoded(request, "If-None-Match") && !hasCoded(request, "If-Match")) {
            return request;
        }
        FieldList.Builder fields = FieldList.builder();
        for (int i = 0; i < request.size(); i++) {
            String name = request.name(i);
            boolean condition =
                    name.equalsIgnoreCase("If-None-Match") || name.equalsIgnoreCase("If-Match");
            fields.add(name, condition ? originTags(request.value(i)) : request.value(i));
        }
        return fields.build();
    }

    /** Whether a condition of the request names a tag that was made here. */
    public static boolean hasCoded(Fields request, String name) {
        String list = request.first(name);
        if (list == null || list.indexOf(SEPARATOR) < 0) {
            return false;
        }
        for (String line : request.all(name)) {
            for (EntityTag tag : EntityTag.parseList(line)) {
                if (isCoded(tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String originTags(String list) {
        if (list.indexOf(SEPARATOR) < 0) {
            return list;
        }
        List<String> tags = new ArrayList<>(2);
        for (EntityTag tag : EntityTag.parseList(list)) {
            EntityTag origin = isCoded(tag) ? new EntityTag(false, base(tag)) : tag;
            if (!tags.contains(origin.toString())) {
                tags.add(origin.toString());
            }
        }
        return tags.isEmpty() ? list : String.join(", ", tags);
    }

    private static int separator(EntityTag tag) {
        return tag.opaque().lastIndexOf(SEPARATOR);
    }
}
