package dev.skerry.cli.simulate;

import java.util.Locale;

/** Numbers as tables and pictures show them. */
final class Numbers {
    private static final String UNITS = "KMGT";

    private Numbers() {}

    /** Three digits and a unit of 1024: {@code 1.50 GiB}. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1000 && unit < UNITS.length() - 1) {
            value /= 1024;
            unit++;
        }
        String form = value < 10 ? "%.2f %siB" : value < 100 ? "%.1f %siB" : "%.0f %siB";
        return String.format(Locale.ROOT, form, value, UNITS.charAt(unit));
    }

    /** With two decimals. */
    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
