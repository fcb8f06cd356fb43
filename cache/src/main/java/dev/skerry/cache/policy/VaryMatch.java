package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import java.util.ArrayList;
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

    private static boolean matches(String name, String stored, Fields request) {
        String first = request.first(name);
        if (first == null) {
            return false;
        }
        return stored.equals(normalised(request, name));
    }

    /** All lines of a field in one canonical spelling, or null when it is absent. */
    private static @Nullable String normalised(Fields request, String name) {
        String value = request.combined(name);
        if (value == null) {
            return null;
        }
        return isPreferenceList(name) ? preferences(value) : list(value);
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

    /**
     * Members with their weights, lower case, in the order of the alphabet, a weight of 1 left out.
     * A weight that is none makes the member stay as it is, so that it matches only itself.
     */
    private static String preferences(String value) {
        List<String> members = new ArrayList<>();
        for (String member : FieldValues.members(value)) {
            members.add(preference(member.toLowerCase(Locale.ROOT)));
        }
        members.sort(null);
        return String.join(", ", members);
    }

    private static String preference(String member) {
        int semicolon = member.indexOf(';');
        if (semicolon < 0) {
            return alias(member);
        }
        String name = alias(FieldValues.trim(member, 0, semicolon));
        String weight = FieldValues.trim(member, semicolon + 1, member.length());
        int thousandths = weight.startsWith("q=") ? thousandths(weight.substring(2)) : -1;
        if (thousandths < 0) {
            return name + ';' + weight;
        }
        return thousandths == 1000 ? name : name + ";q=" + decimal(thousandths);
    }

    /** RFC 9110 §8.4.1.3: the old name means the same. */
    private static String alias(String coding) {
        return coding.equals("x-gzip") ? "gzip" : coding;
    }

    /** A weight (RFC 9110 §12.4.2) in thousandths, or -1 when it is none. */
    private static int thousandths(String weight) {
        if (weight.isEmpty()
                || weight.length() > 5
                || (weight.length() > 1 && weight.charAt(1) != '.')) {
            return -1;
        }
        StringBuilder digits = new StringBuilder(4).append(weight.charAt(0));
        digits.append(weight, Math.min(2, weight.length()), weight.length());
        while (digits.length() < 4) {
            digits.append('0');
        }
        long n = FieldValues.digits(digits.toString(), 10_000);
        return n > 1000 ? -1 : (int) n;
    }

    private static String decimal(int thousandths) {
        if (thousandths == 0) {
            return "0";
        }
        StringBuilder text = new StringBuilder(5).append(1000 + thousandths);
        text.replace(0, 1, "0.");
        while (text.charAt(text.length() - 1) == '0') {
            text.setLength(text.length() - 1);
        }
        return text.toString();
    }
}
