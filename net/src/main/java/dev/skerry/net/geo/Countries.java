package dev.skerry.net.geo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A point for every country of ISO 3166-1: about the middle of its people or of its land. */
public final class Countries {
    private static final String TABLE = "countries.csv";
    private static final Map<String, Coordinates> POINTS = read();

    private Countries() {}

    /** The point of a country, by its code of two upper-case letters; null for no such code. */
    public static @Nullable Coordinates coordinates(String code) {
        return POINTS.get(code);
    }

    /** All codes. */
    public static Set<String> codes() {
        return POINTS.keySet();
    }

    private static Map<String, Coordinates> read() {
        Map<String, Coordinates> points = new HashMap<>();
        try (InputStream in = Countries.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException(TABLE + " is missing");
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    int first = line.indexOf(',');
                    int second = line.indexOf(',', first + 1);
                    double latitude = Double.parseDouble(line.substring(first + 1, second));
                    double longitude = Double.parseDouble(line.substring(second + 1));
                    points.put(line.substring(0, first), Coordinates.of(latitude, longitude));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(TABLE, e);
        }
        return Map.copyOf(points);
    }
}
