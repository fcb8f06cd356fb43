package dev.skerry.config.routing;

/** Where a location is. */
public sealed interface Whereabouts {
    /**
     * At a point.
     *
     * @param latitude degrees north, -90 to 90
     * @param longitude degrees east, -180 to 180
     */
    record Point(double latitude, double longitude) implements Whereabouts {}

    /**
     * Somewhere in a country.
     *
     * @param code ISO 3166-1 alpha-2 in upper case
     */
    record Country(String code) implements Whereabouts {}
}
