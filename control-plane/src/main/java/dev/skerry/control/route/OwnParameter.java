package dev.skerry.control.route;

import org.jspecify.annotations.Nullable;

/**
 * The one query parameter that is the router's: {@code format=json} asks for the list of edges
 * instead of a redirect. Written once it is the router's; written more than once, the last of them
 * is dropped and the others are the site's.
 */
final class OwnParameter {
    private static final String TEXT = "format=json";

    private OwnParameter() {}

    /**
     * What is the router's in a target.
     *
     * @param target without the router's own parameter; the rest is byte for byte as it came
     * @param list whether the list is wanted
     */
    record Split(String target, boolean list) {}

    /** Null when nothing in the target is the router's. */
    static @Nullable Split split(String target) {
        int question = target.indexOf('?');
        if (question < 0) {
            return null;
        }
        int last = -1;
        int count = 0;
        for (int at = target.indexOf(TEXT, question);
                at >= 0;
                at = target.indexOf(TEXT, at + TEXT.length())) {
            if (isParameter(target, at)) {
                last = at;
                count++;
            }
        }
        if (count == 0) {
            return null;
        }
        int end = last + TEXT.length();
        // With the separator before it, or the one after when it is the first of several.
        String rest =
                target.charAt(last - 1) == '?' && end < target.length()
                        ? target.substring(0, last) + target.substring(end + 1)
                        : target.substring(0, last - 1) + target.substring(end);
        return new Split(rest, count == 1);
    }

    private static boolean isParameter(String target, int at) {
        char before = target.charAt(at - 1);
        int end = at + TEXT.length();
        return (before == '?' || before == '&')
                && (end == target.length() || target.charAt(end) == '&');
    }
}
