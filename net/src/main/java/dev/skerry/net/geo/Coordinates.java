package dev.skerry.net.geo;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A point on the globe, ready to be compared with others: the distance to another takes no
 * trigonometry until it is wanted in kilometres. Immutable.
 */
public final class Coordinates {
    /** The mean radius of the Earth. */
    private static final double RADIUS_KM = 6371.0;

    private final double latitude;
    private final double longitude;
    private final double x;
    private final double y;
    private final double z;

    private Coordinates(double latitude, double longitude) {
        this.latitude = latitude;
        this.longitude = longitude;
        double phi = Math.toRadians(latitude);
        double lambda = Math.toRadians(longitude);
        this.x = Math.cos(phi) * Math.cos(lambda);
        this.y = Math.cos(phi) * Math.sin(lambda);
        this.z = Math.sin(phi);
    }

    /**
     * A point.
     *
     * @param latitude degrees north, -90 to 90
     * @param longitude degrees east, -180 to 180
     * @throws IllegalArgumentException when one is out of range or no number
     */
    public static Coordinates of(double latitude, double longitude) {
        if (!areValid(latitude, longitude)) {
            throw new IllegalArgumentException(
                    latitude + ", " + longitude + " are not degrees of latitude and longitude");
        }
        return new Coordinates(latitude, longitude);
    }

    /** Whether both are numbers within their ranges. */
    public static boolean areValid(double latitude, double longitude) {
        return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
    }

    /** Degrees north. */
    public double latitude() {
        return latitude;
    }

    /** Degrees east. */
    public double longitude() {
        return longitude;
    }

    /** How near another point is: 1 for the same point, -1 for the opposite one; it only falls. */
    public double nearness(Coordinates other) {
        return x * other.x + y * other.y + z * other.z;
    }

    /** The distance along the great circle. */
    public double kilometresTo(Coordinates other) {
        double cx = y * other.z - z * other.y;
        double cy = z * other.x - x * other.z;
        double cz = x * other.y - y * other.x;
        double sine = Math.sqrt(cx * cx + cy * cy + cz * cz);
        return RADIUS_KM * Math.atan2(sine, nearness(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Coordinates that
                && latitude == that.latitude
                && longitude == that.longitude;
    }

    @Override
    public int hashCode() {
        return 31 * Double.hashCode(latitude) + Double.hashCode(longitude);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f,%.2f", latitude, longitude);
    }
}
