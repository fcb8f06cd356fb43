package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Does a request select a stored response? RFC 9111 §4.1, RFC 9110 §12.5.5. */
public final class VaryMatch {
    private VaryMatch() {}

    /**
     * What Vary says.
     *
     * @param star whether {@code *} is among the members: no request matches
     * @param names the other members, lower case, sorted, without repetition
     */
    public record Names(boolean star, List<String> names) {
        private static final Names NONE = new Names(false, List.of());
    }

    /** The members of all Vary lines. */
    public static Names names(Fields response) {
        if (!response.contains("Vary")) {
            return Names.NONE;
        }
        boolean star = false;
        TreeSet<String> names = new TreeSet<>();
        for (String member : FieldValues.members(response, "Vary")) {
            if (member.equals("*")) {
                star = true;
            } else {
                names.add(member.toLowerCase(Locale.ROOT));
            }
        }
        return new Names(star, List.copyOf(names));
    }

    /**
     * The normalised request fields that select a response: one line a name, in the order of {@code
     * names}; a name that the request does not have is absent.
     */
    public static FieldList selecting(Fields request, List<String> names) {
        if (names.isEmpty()) {
            return FieldList.EMPTY;
        }
        FieldList.Builder selecting = FieldList.builder();
        for (String name : names) {
            String value = normalised(request, name);
            if (value != null) {
                selecting.add(name, value);
            }
        }
        return selecting.build();
    }

    /**
     * Whether a request has the same selecting fields.
     *
     * @param names as {@link #names} gave them, without star
     * @param selecting as {@link #selecting} gave them for the request that was answered
     */
    public static boolean matches(List<String> names, Fields selecting, Fields request) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String stored = selecting.first(name);
            if (stored == null) {
                if (request.contains(name)) {
                    return false;
                }
            } else if (!matches(name, stored, request)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a stored response that {@link #matches} turned down is in the one language that the
     * request prefers to all others, so that no other representation could suit it better. All
     * other selecting fields must match.
     *
     * @param contentLanguage the stored Content-Language, or null
     */
    public static boolean matchesByLanguage(
            List<String> names,
            Fields selecting,
            Fields request,
            @Nullable String contentLanguage) {
        String accept = request.combined("Accept-Language");
        if (contentLanguage == null || accept == null || !names.contains("accept-language")) {
            return false;
        }
        String preferred = PreferenceList.preferred(accept);
        if (preferred == null || !preferred.equalsIgnoreCase(contentLanguage)) {
            return false;
        }
        List<String> others = names.stream().filter(n -> !n.equals("accept-language")).toList();
        return matches(others, selecting, request);
    }

    private static boolean matches(String name, String stored, Fields request) {
        String value = request.first(name);
        if (value == null) {
            return false;
        }
        if (request.count(name) > 1) {
            return stored.equals(normalised(request, name));
        }
        // A normalised value is its own normal form, so equality needs no look inside.
        return value.equals(stored)
                || (isPreferenceList(name)
                        ? PreferenceList.isNormalised(value, stored)
                        : stored.equals(list(value)));
    }

    /** All lines of a field in one canonical spelling, or null when it is absent. */
    private static @Nullable String normalised(Fields request, String name) {
        String value = request.combined(name);
        if (value == null) {
            return null;
        }
        return isPreferenceList(name) ? PreferenceList.normalise(value) : list(value);
    }

    /** Whether order, case and white space of this field's members are known to mean nothing. */
    private static boolean isPreferenceList(String name) {
        return switch (name) {
            case "accept-encoding", "accept-language", "accept-charset" -> true;
            default -> false;
        };
    }

    /** White space around commas and empty members mean nothing in any list (§4.1). */
    private static String list(String value) {
        return String.join(", ", FieldValues.members(value));
    }
}
