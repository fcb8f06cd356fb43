package dev.skerry.cache.key;

import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.StructuredFields;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tags (surrogate keys) that a response can be purged by: {@code Cache-Groups} (RFC 9875, a
 * list of strings), {@code Surrogate-Key} (white space between), {@code Cache-Tag} and {@code
 * Edge-Cache-Tag} (commas), {@code xkey} (either).
 */
public final class Tags {
    /** Tags that a response may carry; further ones are ignored. */
    public static final int MOST_TAGS = 256;

    /** Bytes that a tag may have; a longer one is ignored. */
    public static final int MOST_BYTES = 1024;

    private Tags() {}

    /** The tags of a response, without repetition, in the order of their fields. */
    public static List<String> of(Fields response) {
        Set<String> tags = null;
        for (int i = 0; i < response.size(); i++) {
            if (isTagField(response.name(i)) || isGroupField(response.name(i))) {
                tags = new LinkedHashSet<>();
                break;
            }
        }
        if (tags == null) {
            return List.of();
        }
        for (String group : StructuredFields.strings(response, "Cache-Groups")) {
            add(tags, group);
        }
        for (int i = 0; i < response.size(); i++) {
            String separators = separators(response.name(i));
            if (!separators.isEmpty()) {
                split(tags, response.value(i), separators);
            }
        }
        return List.copyOf(tags);
    }

    /** Whether a field only carries tags and is removed before the client. */
    public static boolean isTagField(String name) {
        return !separators(name).isEmpty();
    }

    private static boolean isGroupField(String name) {
        return name.equalsIgnoreCase("Cache-Groups");
    }

    private static String separators(String name) {
        return switch (name.length()) {
            case 4 -> name.equalsIgnoreCase("xkey") ? " \t," : "";
            case 9 -> name.equalsIgnoreCase("Cache-Tag") ? "," : "";
            case 13 -> name.equalsIgnoreCase("Surrogate-Key") ? " \t" : "";
            case 14 -> name.equalsIgnoreCase("Edge-Cache-Tag") ? "," : "";
            default -> "";
        };
    }

    private static void split(Set<String> tags, String value, String separators) {
        int start = 0;
        for (int i = 0; i <= value.length(); i++) {
            if (i == value.length() || separators.indexOf(value.charAt(i)) >= 0) {
                add(tags, FieldValues.trim(value, start, i));
                start = i + 1;
            }
        }
    }

    private static void add(Set<String> tags, String tag) {
        if (!tag.isEmpty() && tag.length() <= MOST_BYTES && tags.size() < MOST_TAGS) {
            tags.add(tag);
        }
    }
}
