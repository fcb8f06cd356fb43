package dev.skerry.cache.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects directives line by line; see {@link CacheControl} for the rules. */
final class CacheControlParser {
    /** Field names that one directive may list; more make it as strict as one that lists none. */
    private static final int MOST_FIELDS = 64;

    private int bits;
    private long maxAge = CacheControl.ABSENT;
    private long sMaxAge = CacheControl.ABSENT;
    private long minFresh = CacheControl.ABSENT;
    private long maxStale = CacheControl.ABSENT;
    private long staleWhileRevalidate = CacheControl.ABSENT;
    private long staleIfError = CacheControl.ABSENT;
    private List<String> noCacheFields = List.of();
    private List<String> privateFields = List.of();

    void line(String value) {
        int at = 0;
        while (at < value.length()) {
            int end = FieldValues.memberEnd(value, at);
            directive(value, at, end);
            at = end + 1;
        }
    }

    CacheControl result() {
        return new CacheControl(
                bits,
                maxAge,
                sMaxAge,
                minFresh,
                maxStale,
                staleWhileRevalidate,
                staleIfError,
                (bits & CacheControl.NO_CACHE) == 0 ? noCacheFields : List.of(),
                (bits & CacheControl.PRIVATE) == 0 ? privateFields : List.of());
    }

    private void directive(String value, int from, int to) {
        int equals = value.indexOf('=', from);
        if (equals < 0 || equals >= to) {
            directive(FieldValues.trim(value, from, to), "", false);
        } else {
            String name = FieldValues.trim(value, from, equals);
            // White space around the equals sign is no syntax: such an argument is invalid, unless
            // the name says that something is forbidden, which is believed in any spelling.
            boolean spaced = FieldValues.isSpace(value.charAt(Math.max(from, equals - 1)));
            String argument = spaced ? " " : stripEnd(value.substring(equals + 1, to));
            directive(name, argument, true);
        }
    }

    private void directive(String name, String argument, boolean hasArgument) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "no-store" -> bits |= CacheControl.NO_STORE;
            case "no-cache" -> {
                List<String> names = fieldNames(argument);
                noCacheFields = union(noCacheFields, names);
                bits |= names.isEmpty() ? CacheControl.NO_CACHE : 0;
            }
            case "private" -> {
                List<String> names = fieldNames(argument);
                privateFields = union(privateFields, names);
                bits |= names.isEmpty() ? CacheControl.PRIVATE : 0;
            }
            case "public" -> bits |= CacheControl.PUBLIC;
            case "must-revalidate" -> bits |= CacheControl.MUST_REVALIDATE;
            case "proxy-revalidate" -> bits |= CacheControl.PROXY_REVALIDATE;
            case "must-understand" -> bits |= CacheControl.MUST_UNDERSTAND;
            case "no-transform" -> bits |= CacheControl.NO_TRANSFORM;
            case "only-if-cached" -> bits |= CacheControl.ONLY_IF_CACHED;
            case "immutable" -> bits |= CacheControl.IMMUTABLE;
            case "max-age" -> maxAge = firstOf(maxAge, seconds(argument, 0));
            case "s-maxage" -> sMaxAge = firstOf(sMaxAge, seconds(argument, 0));
            case "min-fresh" ->
                    minFresh = firstOf(minFresh, seconds(argument, CacheControl.ABSENT));
            case "max-stale" ->
                    maxStale =
                            firstOf(
                                    maxStale,
                                    hasArgument
                                            ? seconds(argument, CacheControl.ABSENT)
                                            : CacheControl.ANY_STALENESS);
            case "stale-while-revalidate" ->
                    staleWhileRevalidate = firstOf(staleWhileRevalidate, seconds(argument, 0));
            case "stale-if-error" -> staleIfError = firstOf(staleIfError, seconds(argument, 0));
            default -> {
                // An unknown directive changes nothing (RFC 9111 §5.2.3).
            }
        }
    }

    private static long firstOf(long earlier, long now) {
        return earlier == CacheControl.ABSENT ? now : earlier;
    }

    private static long seconds(String argument, long invalid) {
        long seconds = FieldValues.digits(FieldValues.unquote(argument), CacheControl.MOST_SECONDS);
        return seconds < 0 ? invalid : seconds;
    }

    /** The names that an argument lists, lower case; empty when it is no list of field names. */
    private static List<String> fieldNames(String argument) {
        List<String> names = FieldValues.members(FieldValues.unquote(argument));
        if (names.size() > MOST_FIELDS) {
            return List.of();
        }
        List<String> lower = new ArrayList<>(names.size());
        for (String name : names) {
            if (!FieldValues.isToken(name)) {
                return List.of();
            }
            lower.add(name.toLowerCase(Locale.ROOT));
        }
        return List.copyOf(lower);
    }

    private static List<String> union(List<String> one, List<String> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        List<String> both = new ArrayList<>(one);
        both.addAll(other);
        return List.copyOf(both);
    }

    private static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && FieldValues.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }
}
