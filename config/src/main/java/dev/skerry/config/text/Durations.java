package dev.skerry.config.text;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: a whole number and a unit, {@code 500ms 10s 5m 1h 1d 1w 1y}. */
public final class Durations {
    /** What a duration looks like, for messages. */
    public static final String FORM = "a duration such as 500ms, 10s, 5m, 1h, 1d or 1y";

    /** A regular expression for the same, for editors. */
    public static final String PATTERN = "^(0|[0-9]{1,9}(ms|s|m|h|d|w|y))$";

    private Durations() {}

    /**
     * Reads a duration. A day has 24 hours, a year 365 days. Zero needs no unit.
     *
     * @return null when the text is no duration
     */
    public static @Nullable Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 9) {
            return null;
        }
        long count = Long.parseLong(text, 0, digits, 10);
        return switch (text.substring(digits)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            case "w" -> Duration.ofDays(7 * count);
            case "y" -> Duration.ofDays(365 * count);
            default -> null;
        };
    }

    /** Writes a duration in the largest unit that holds it exactly; millisecond precision. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 31_536_000 == 0) {
            return seconds / 31_536_000 + "y";
        }
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
