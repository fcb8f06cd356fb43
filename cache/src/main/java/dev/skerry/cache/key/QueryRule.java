package dev.skerry.cache.key;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which query parameters make a different cache key. Parameters are the parts between {@code &};
 * their names compare byte for byte, nothing is decoded. The target that goes upstream is never
 * touched by this.
 *
 * @param mode which parameters count
 * @param names the names that {@code mode} speaks of; one that ends in {@code *} means every name
 *     that begins so
 * @param sorted whether the order of different names counts for nothing; parameters of one name
 *     keep theirs
 */
public record QueryRule(Mode mode, List<String> names, boolean sorted) {
    /** The whole query counts, byte for byte: {@code /a?} is another target than {@code /a}. */
    public static final QueryRule ALL = new QueryRule(Mode.ALL, List.of(), false);

    /** The query does not count. */
    public static final QueryRule NONE = new QueryRule(Mode.NONE, List.of(), false);

    /** Which parameters count. */
    public enum Mode {
        /** All. */
        ALL,
        /** The named. */
        KEEP,
        /** All but the named. */
        REMOVE,
        /** None. */
        NONE
    }

    /** Copies the names. */
    public QueryRule {
        names = List.copyOf(names);
    }

    /** Only these parameters count, in any order. */
    public static QueryRule keep(List<String> names) {
        return new QueryRule(Mode.KEEP, names, true);
    }

    /** These parameters do not count. */
    public static QueryRule remove(List<String> names) {
        return new QueryRule(Mode.REMOVE, names, false);
    }

    /** The canonical target; the same object when there is nothing to change. */
    public String apply(String target) {
        if (mode == Mode.ALL && !sorted) {
            return target;
        }
        int mark = target.indexOf('?');
        if (mark < 0) {
            return target;
        }
        String path = target.substring(0, mark);
        if (mode == Mode.NONE) {
            return path;
        }
        List<String> parameters = new ArrayList<>();
        for (int at = mark + 1; at <= target.length(); ) {
            int end = target.indexOf('&', at);
            end = end < 0 ? target.length() : end;
            if (end > at && counts(name(target, at, end))) {
                parameters.add(target.substring(at, end));
            }
            at = end + 1;
        }
        if (sorted) {
            parameters.sort(Comparator.comparing(p -> name(p, 0, p.length())));
        }
        return parameters.isEmpty() ? path : path + '?' + String.join("&", parameters);
    }

    private boolean counts(String name) {
        return switch (mode) {
            case ALL -> true;
            case KEEP -> isNamed(name);
            case REMOVE -> !isNamed(name);
            case NONE -> false;
        };
    }

    private boolean isNamed(String name) {
        for (String pattern : names) {
            int prefix = pattern.length() - 1;
            boolean open = prefix >= 0 && pattern.charAt(prefix) == '*';
            if (open ? name.startsWith(pattern.substring(0, prefix)) : name.equals(pattern)) {
                return true;
            }
        }
        return false;
    }

    private static String name(String text, int from, int to) {
        int equals = text.indexOf('=', from);
        return text.substring(from, equals < 0 || equals > to ? to : equals);
    }
}
