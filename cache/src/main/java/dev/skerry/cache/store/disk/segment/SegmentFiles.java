package dev.skerry.cache.store.disk.segment;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What segment files are called. */
public final class SegmentFiles {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{10})\\.segment");

    private SegmentFiles() {}

    /** The name of the file of a segment. */
    public static String name(long number) {
        return "%010x.segment".formatted(number);
    }

    /** The number of the segment in a file of this name; empty when it is none. */
    public static OptionalLong number(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? OptionalLong.of(Long.parseLong(matcher.group(1), 16))
                : OptionalLong.empty();
    }
}
