package dev.skerry.config.text;

import java.util.OptionalLong;

/** Sizes in bytes as people write them: {@code 4096 64k 1m 1g 1t}; k is 1024. */
public final class Sizes {
    /** What a size looks like, for messages. */
    public static final String FORM = "a size such as 4096, 64k, 512m or 2g";

    /** A regular expression for the same, for editors. */
    public static final String PATTERN = "^[0-9]{1,12}[kKmMgGtT]?$";

    private Sizes() {}

    /** Reads a size in bytes; empty when the text is none. */
    public static OptionalLong parse(String text) {
        int end = text.length();
        if (end == 0) {
            return OptionalLong.empty();
        }
        int shift =
                switch (text.charAt(end - 1)) {
                    case 'k', 'K' -> 10;
                    case 'm', 'M' -> 20;
                    case 'g', 'G' -> 30;
                    case 't', 'T' -> 40;
                    default -> 0;
                };
        int digits = shift == 0 ? end : end - 1;
        if (digits == 0 || digits > 12) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < digits; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        long count = Long.parseLong(text, 0, digits, 10);
        return count > Long.MAX_VALUE >> shift
                ? OptionalLong.empty()
                : OptionalLong.of(count << shift);
    }

    /** Writes a size in the largest unit that holds it exactly. */
    public static String format(long bytes) {
        String units = "tgmk";
        for (int i = 0; i < units.length(); i++) {
            int shift = 40 - 10 * i;
            if (bytes != 0 && bytes % (1L << shift) == 0) {
                return (bytes >> shift) + units.substring(i, i + 1);
            }
        }
        return Long.toString(bytes);
    }
}
