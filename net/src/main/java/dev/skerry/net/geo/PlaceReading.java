package dev.skerry.net.geo;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds country and coordinates in a record, whoever made the file: nested ({@code
 * country.iso_code}, {@code location.latitude}) or flat ({@code country_code} or {@code country},
 * {@code latitude} or {@code lat}, {@code longitude}, {@code lng} or {@code lon}; numbers or text).
 */
final class PlaceReading {
    private PlaceReading() {}

    /** Null when the record tells neither. */
    static @Nullable Place of(Map<?, ?> entry) {
        String country = country(entry);
        Map<?, ?> point = entry.get("location") instanceof Map<?, ?> nested ? nested : entry;
        Coordinates coordinates = coordinates(point);
        return country == null && coordinates == null ? null : new Place(country, coordinates);
    }

    private static @Nullable String country(Map<?, ?> entry) {
        String code = code(entry.get("country_code"));
        if (code == null) {
            code = code(entry.get("country"));
        }
        return code == null ? code(entry.get("registered_country")) : code;
    }

    private static @Nullable String code(@Nullable Object value) {
        Object text = value instanceof Map<?, ?> nested ? nested.get("iso_code") : value;
        if (text instanceof String code && code.length() == 2) {
            char first = code.charAt(0);
            char second = code.charAt(1);
            if (isUpper(first) && isUpper(second)) {
                return code;
            }
            String upper = code.toUpperCase(Locale.ROOT);
            return isUpper(upper.charAt(0)) && isUpper(upper.charAt(1)) ? upper : null;
        }
        return null;
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static @Nullable Coordinates coordinates(Map<?, ?> point) {
        double latitude = number(first(point, "latitude", "lat"));
        Object longitudeValue = first(point, "longitude", "lng");
        double longitude = number(longitudeValue == null ? point.get("lon") : longitudeValue);
        return Coordinates.areValid(latitude, longitude)
                ? Coordinates.of(latitude, longitude)
                : null;
    }

    private static @Nullable Object first(Map<?, ?> point, String name, String other) {
        Object value = point.get(name);
        return value == null ? point.get(other) : value;
    }

    private static double number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof String text && !text.isEmpty() && text.length() <= 32) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return Double.NaN;
            }
        }
        return Double.NaN;
    }
}
