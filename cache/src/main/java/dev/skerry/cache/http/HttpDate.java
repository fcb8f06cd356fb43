package dev.skerry.cache.http;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Dates in fields (RFC 9110 §5.6.7), as wall-clock milliseconds since 1970.
 *
 * <p>All three formats are read, names in any case; everything else is invalid, because RFC 9111
 * §5.3 makes an invalid {@code Expires} a date in the past, and a cache that guesses reuses what it
 * must not. The name of the day is not checked against the date.
 */
public final class HttpDate {
    /** What {@link #parse} returns for a value that is absent or no date. */
    public static final long INVALID = Long.MIN_VALUE;

    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String[] LONG_DAYS = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    };
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private HttpDate() {}

    /**
     * Reads a date, total on any input.
     *
     * @param value a field value, or null
     * @param wallNowMillis now, which decides the century of a two-digit year
     * @return milliseconds since 1970, or {@link #INVALID}
     */
    public static long parse(@Nullable String value, long wallNowMillis) {
        if (value == null || value.length() < 24 || value.length() > 40) {
            return INVALID;
        }
        int comma = value.indexOf(',');
        if (comma == 3) {
            return imfFixdate(value);
        }
        return comma > 0 ? rfc850(value, comma, wallNowMillis) : asctime(value);
    }

    /**
     * Writes the preferred format, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. Years outside 0
     * to 9999 are written as the nearest one inside.
     */
    public static String format(long epochMillis) {
        long seconds =
                Math.clamp(Math.floorDiv(epochMillis, 1000L), -62_167_219_200L, 253_402_300_799L);
        ZonedDateTime time = Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC);
        int day = 3 * (time.getDayOfWeek().getValue() - 1);
        int month = 3 * (time.getMonthValue() - 1);
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS, day, day + 3).append(", ");
        digits(text, time.getDayOfMonth()).append(' ').append(MONTHS, month, month + 3).append(' ');
        digits(text, time.getYear() / 100);
        digits(text, time.getYear() % 100).append(' ');
        digits(text, time.getHour()).append(':');
        digits(text, time.getMinute()).append(':');
        return digits(text, time.getSecond()).append(" GMT").toString();
    }

    private static StringBuilder digits(StringBuilder text, int twoDigits) {
        return text.append((char) ('0' + twoDigits / 10)).append((char) ('0' + twoDigits % 10));
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    private static long imfFixdate(String v) {
        if (v.length() != 29
                || name(v, 0, DAYS) < 0
                || v.charAt(4) != ' '
                || v.charAt(7) != ' '
                || v.charAt(11) != ' '
                || v.charAt(16) != ' '
                || !v.regionMatches(true, 25, " GMT", 0, 4)) {
            return INVALID;
        }
        return millis(number(v, 12, 16), name(v, 8, MONTHS), number(v, 5, 7), v, 17);
    }

    /** {@code Sunday, 06-Nov-94 08:49:37 GMT}. */
    private static long rfc850(String v, int comma, long wallNowMillis) {
        if (v.length() != comma + 24
                || !isLongDay(v.substring(0, comma))
                || v.charAt(comma + 1) != ' '
                || v.charAt(comma + 4) != '-'
                || v.charAt(comma + 8) != '-'
                || v.charAt(comma + 11) != ' '
                || !v.regionMatches(true, comma + 20, " GMT", 0, 4)) {
            return INVALID;
        }
        int twoDigits = number(v, comma + 9, comma + 11);
        if (twoDigits < 0) {
            return INVALID;
        }
        // More than 50 years ahead means the last year in the past with these two digits.
        long nowSeconds =
                Math.clamp(Math.floorDiv(wallNowMillis, 1000L), -62_167_219_200L, 250_000_000_000L);
        int nowYear = Instant.ofEpochSecond(nowSeconds).atZone(ZoneOffset.UTC).getYear();
        int year = nowYear - Math.floorMod(nowYear, 100) + twoDigits;
        if (year > nowYear + 50) {
            year -= 100;
        } else if (year <= nowYear - 50) {
            year += 100;
        }
        return millis(
                year, name(v, comma + 5, MONTHS), number(v, comma + 2, comma + 4), v, comma + 12);
    }

    /** {@code Sun Nov 6 08:49:37 1994}, where a one-digit day follows two spaces. */
    private static long asctime(String v) {
        if (v.length() != 24
                || name(v, 0, DAYS) < 0
                || v.charAt(3) != ' '
                || v.charAt(7) != ' '
                || v.charAt(10) != ' '
                || v.charAt(19) != ' ') {
            return INVALID;
        }
        int day = v.charAt(8) == ' ' ? number(v, 9, 10) : number(v, 8, 10);
        return millis(number(v, 20, 24), name(v, 4, MONTHS), day, v, 11);
    }

    private static boolean isLongDay(String day) {
        for (String longDay : LONG_DAYS) {
            if (longDay.equalsIgnoreCase(day)) {
                return true;
            }
        }
        return false;
    }

    /** The index of the three-letter name at {@code at}, or -1. */
    private static int name(String v, int at, String names) {
        for (int i = 0; i < names.length(); i += 3) {
            if (v.regionMatches(true, at, names, i, 3)) {
                return i / 3;
            }
        }
        return -1;
    }

    /** The number of ASCII digits only, or -1. */
    private static int number(String v, int from, int to) {
        int n = 0;
        for (int i = from; i < to; i++) {
            int digit = v.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            n = 10 * n + digit;
        }
        return n;
    }

    private static long millis(int year, int month, int day, String v, int timeAt) {
        int hour = number(v, timeAt, timeAt + 2);
        int minute = number(v, timeAt + 3, timeAt + 5);
        int second = number(v, timeAt + 6, timeAt + 8);
        if (year < 0
                || month < 0
                || day < 1
                || day > lastDay(year, month)
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 60 // a leap second
                || v.charAt(timeAt + 2) != ':'
                || v.charAt(timeAt + 5) != ':') {
            return INVALID;
        }
        long days = LocalDate.of(year, month + 1, day).toEpochDay();
        return 1000L * (86_400L * days + 3600L * hour + 60L * minute + second);
    }

    private static int lastDay(int year, int month) {
        return LocalDate.of(year, month + 1, 1).lengthOfMonth();
    }
}
