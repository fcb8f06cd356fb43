package dev.skerry.cache.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which content coding does a request get? RFC 9110 §12.5.3: the acceptable one of the highest
 * weight, among equals the one that the server prefers. Identity is chosen when nothing else is
 * acceptable, even if it is excluded (the RFC's way to go on without a 406), or when its own weight
 * is told and higher. A member that is no coding with a weight says nothing.
 *
 * <p>Allocates nothing: this runs on every hit of a response that can be coded.
 */
public final class AcceptEncoding {
    private static final int ABSENT = -1;

    private AcceptEncoding() {}

    /**
     * The coding to be used, null for identity.
     *
     * @param value of Accept-Encoding, null when the request has none
     * @param preference codings, the preferred one first
     * @param available a set of {@link ContentCoding#bit}
     */
    public static @Nullable ContentCoding choose(
            @Nullable String value, List<ContentCoding> preference, int available) {
        if (value == null) {
            return null;
        }
        int others = weightOf("*", null, value);
        ContentCoding best = null;
        int highest = Math.max(0, weightOf("identity", null, value));
        for (int i = 0; i < preference.size(); i++) {
            ContentCoding coding = preference.get(i);
            if ((available & coding.bit()) == 0) {
                continue;
            }
            int weight =
                    weightOf(coding.token(), coding == ContentCoding.GZIP ? "x-gzip" : null, value);
            if (weight == ABSENT) {
                weight = others;
            }
            if (weight > 0 && (weight > highest || (best == null && weight == highest))) {
                best = coding;
                highest = weight;
            }
        }
        return best;
    }

    /** The highest weight, in thousandths, that a list gives a name. */
    private static int weightOf(String name, @Nullable String alias, String list) {
        int highest = ABSENT;
        for (int at = PreferenceList.nextMember(list, 0); at < list.length(); ) {
            int end = PreferenceList.end(list, at);
            if (isNamed(list, at, end, name) || (alias != null && isNamed(list, at, end, alias))) {
                highest = Math.max(highest, PreferenceList.weight(list, at, end));
            }
            at = PreferenceList.nextMember(list, end);
        }
        return highest;
    }

    private static boolean isNamed(String list, int at, int end, String name) {
        int nameEnd = PreferenceList.trimmedEnd(list, at, PreferenceList.nameEnd(list, at, end));
        return nameEnd - at == name.length() && list.regionMatches(true, at, name, 0, nameEnd - at);
    }
}
