package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lists of weighted preferences such as Accept-Encoding and Accept-Language (RFC 9110 §12.4.2, and
 * §12.5.3 and §12.5.4 for what does not matter in them): lower case, in the order of the alphabet,
 * {@code x-gzip} as gzip, weights without needless digits. A member with parameters that are no
 * weight stays as it is, so that it matches only itself.
 */
final class PreferenceList {
    /** Longer values are compared by way of {@link #normalise}, whose cost grows more slowly. */
    private static final int MOST_CHARS_IN_PLACE = 256;

    private PreferenceList() {}

    static String normalise(String value) {
        if (value.indexOf('"') >= 0) {
            // No such list has quoted strings, and sorting could make one swallow its neighbours.
            return String.join(", ", FieldValues.members(value));
        }
        List<String> members = new ArrayList<>();
        for (String member : FieldValues.members(value)) {
            members.add(member(member.toLowerCase(Locale.ROOT)));
        }
        members.sort(null);
        return String.join(", ", members);
    }

    /**
     * Whether {@link #normalise} of {@code value} would give {@code normalised}. Allocates nothing
     * for values as browsers send them: this runs on every hit of a response that varies.
     */
    static boolean isNormalised(String value, String normalised) {
        if (value.length() > MOST_CHARS_IN_PLACE || !isPlain(value)) {
            return normalise(value).equals(normalised);
        }
        int count = 0;
        for (int at = nextMember(value, 0); at < value.length(); ) {
            int end = end(value, at);
            if (occurrences(value, at, end, value) != occurrences(value, at, end, normalised)) {
                return false;
            }
            count++;
            at = nextMember(value, end);
        }
        for (int at = nextMember(normalised, 0);
                at < normalised.length();
                at = nextMember(normalised, end(normalised, at))) {
            count--;
        }
        return count == 0;
    }

    /** The one member with a higher weight than all others, or null when there is no such. */
    static @Nullable String preferred(String value) {
        String best = null;
        int highest = 0;
        for (String member : FieldValues.members(value)) {
            int weight = weight(member, 0, member.length());
            if (weight > highest) {
                highest = weight;
                best = FieldValues.trim(member, 0, nameEnd(member, 0, member.length()));
            } else if (weight == highest) {
                best = null;
            }
        }
        return best == null || best.equals("*") ? null : best;
    }

    private static String member(String member) {
        int length = member.length();
        int nameEnd = nameEnd(member, 0, length);
        String name = FieldValues.trim(member, 0, nameEnd);
        if (name.equals("x-gzip")) {
            name = "gzip"; // RFC 9110 §8.4.1.3
        }
        int weight = weight(member, 0, length);
        if (weight < 0) {
            return name + ';' + FieldValues.trim(member, nameEnd + 1, length);
        }
        return weight == 1000 ? name : name + ";q=" + decimal(weight);
    }

    /** Only characters of codings, languages and weights, and no old name. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || " \t,;=.-*".indexOf(c) >= 0;
            boolean old = c == '-' && i > 0 && (value.charAt(i - 1) | 0x20) == 'x';
            if (!plain || old) {
                return false;
            }
        }
        for (int at = nextMember(value, 0); at < value.length(); ) {
            int end = end(value, at);
            if (weight(value, at, end) < 0) {
                return false;
            }
            at = nextMember(value, end);
        }
        return true;
    }

    private static int occurrences(String text, int from, int to, String list) {
        int nameEnd = trimmedEnd(text, from, nameEnd(text, from, to));
        int weight = weight(text, from, to);
        int count = 0;
        for (int at = nextMember(list, 0); at < list.length(); ) {
            int end = end(list, at);
            int otherEnd = trimmedEnd(list, at, nameEnd(list, at, end));
            if (otherEnd - at == nameEnd - from
                    && text.regionMatches(true, from, list, at, nameEnd - from)
                    && weight(list, at, end) == weight) {
                count++;
            }
            at = nextMember(list, end);
        }
        return count;
    }

    /** Where the next member begins, or the end. */
    static int nextMember(String value, int from) {
        int at = from;
        while (at < value.length()
                && (value.charAt(at) == ',' || FieldValues.isSpace(value.charAt(at)))) {
            at++;
        }
        return at;
    }

    /** The comma after a member, or the end; no quotes occur where this is used. */
    static int end(String value, int from) {
        int comma = value.indexOf(',', from);
        return comma < 0 ? value.length() : comma;
    }

    static int nameEnd(String value, int from, int to) {
        int semicolon = value.indexOf(';', from);
        return semicolon < 0 || semicolon > to ? to : semicolon;
    }

    static int trimmedEnd(String value, int from, int to) {
        int end = to;
        while (end > from && FieldValues.isSpace(value.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** A member's weight in thousandths, 1000 when it has none, -1 for anything else. */
    static int weight(String value, int from, int to) {
        int nameEnd = nameEnd(value, from, to);
        if (nameEnd == to) {
            return 1000;
        }
        int at = nameEnd + 1;
        while (at < to && FieldValues.isSpace(value.charAt(at))) {
            at++;
        }
        int end = trimmedEnd(value, at, to);
        int digits = end - at - 2; // "1" or "0.123"
        if (!value.regionMatches(true, at, "q=", 0, 2)
                || digits < 1
                || digits > 5
                || (digits > 1 && value.charAt(at + 3) != '.')) {
            return -1;
        }
        int thousandths = 0;
        int unit = 1000;
        for (int i = at + 2; i < end; i++) {
            int digit = value.charAt(i) - '0';
            if (i == at + 3) {
                continue;
            }
            if (digit < 0 || digit > 9) {
                return -1;
            }
            thousandths += unit * digit;
            unit /= 10;
        }
        return thousandths > 1000 ? -1 : thousandths;
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
