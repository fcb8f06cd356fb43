package dev.skerry.cache.policy;

import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.ResponseHead;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How are stored responses validated, and which one is confirmed? RFC 9111 §4.3.1 and §4.3.3. */
public final class Validation {
    /** The longest If-None-Match that is sent; further tags are left out. */
    public static final int MOST_TAG_BYTES = 4096;

    private Validation() {}

    /**
     * The fields that make a request conditional on stored responses; empty when none of them has a
     * validator. Any conditional field of the client is to be taken away first.
     *
     * @param selected the stored response that the request selects: the only one that is named by
     *     its date
     * @param others further stored variants of the key
     */
    public static FieldList conditionalFields(
            @Nullable ResponseHead selected, List<ResponseHead> others) {
        List<ResponseHead> stored = new ArrayList<>();
        if (selected != null) {
            stored.add(selected);
        }
        stored.addAll(others);
        Set<String> tags = new LinkedHashSet<>();
        int bytes = 0;
        for (ResponseHead head : stored) {
            String tag = head.fields().first("ETag");
            if (tag != null && bytes + tag.length() <= MOST_TAG_BYTES && tags.add(tag)) {
                bytes += tag.length() + 2;
            }
        }
        FieldList.Builder fields = FieldList.builder();
        if (!tags.isEmpty()) {
            fields.add("If-None-Match", String.join(", ", tags));
        }
        String modified = selected == null ? null : selected.fields().first("Last-Modified");
        if (modified != null) {
            fields.add("If-Modified-Since", modified);
        }
        return fields.build();
    }

    /**
     * The request's fields without what narrows the response to one client's needs: conditions and
     * Range. What is fetched with them is the whole representation, which others may share.
     */
    public static FieldList unconditional(Fields request) {
        return FieldList.copyOf(request).toBuilder()
                .removeIf((name, value) -> isCondition(name))
                .build();
    }

    /** Whether a stored response has a strong entity tag. */
    public static boolean hasStrongTag(Fields stored) {
        EntityTag tag = EntityTag.parse(stored.first("ETag"));
        return tag != null && !tag.weak();
    }

    /**
     * Which stored response a 304 confirms (RFC 9111 §4.3.4).
     *
     * @param stored the stored variants, the selected one (if any) first
     * @return its index, or -1: ask again without conditions
     */
    public static int confirmed(ResponseHead notModified, List<ResponseHead> stored) {
        String tag = notModified.fields().first("ETag");
        if (tag != null) {
            int same = indexOf(stored, "ETag", tag);
            return same >= 0 ? same : indexOfWeakly(stored, tag);
        }
        String modified = notModified.fields().first("Last-Modified");
        if (modified != null) {
            return indexOf(stored, "Last-Modified", modified);
        }
        // Servers that leave the validators out of a 304 can only have meant the one we named.
        return stored.size() == 1 ? 0 : -1;
    }

    private static int indexOf(List<ResponseHead> stored, String name, String value) {
        for (int i = 0; i < stored.size(); i++) {
            if (value.equals(stored.get(i).fields().first(name))) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOfWeakly(List<ResponseHead> stored, String value) {
        EntityTag tag = EntityTag.parse(value);
        for (int i = 0; i < stored.size() && tag != null; i++) {
            EntityTag other = EntityTag.parse(stored.get(i).fields().first("ETag"));
            if (other != null && tag.weakEquals(other)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isCondition(String name) {
        return name.equalsIgnoreCase("Range")
                || name.equalsIgnoreCase("If-None-Match")
                || name.equalsIgnoreCase("If-Modified-Since")
                || name.equalsIgnoreCase("If-Match")
                || name.equalsIgnoreCase("If-Unmodified-Since")
                || name.equalsIgnoreCase("If-Range");
    }
}
