package dev.skerry.control.route;

import dev.skerry.net.geo.Coordinates;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is taken to be.
 *
 * @param how what said so
 * @param country ISO 3166-1 alpha-2, null when unknown
 * @param location the location that it belongs to by the operator's word, null when by none
 * @param coordinates null when unknown
 */
public record Placement(
        How how,
        @Nullable String country,
        @Nullable String location,
        @Nullable Coordinates coordinates) {
    /** Of a client that nothing places. */
    static final Placement NOWHERE = new Placement(How.NOT, null, null, null);

    /** What placed a client. */
    public enum How {
        /** The operator's networks. */
        NETWORK("network"),
        /** The geo database, by coordinates. */
        GEO("geo"),
        /** The geo database, by country. */
        COUNTRY("country"),
        /** Nothing: it is taken to be at the default location. */
        DEFAULT("default"),
        /** Nothing, and there is no default location. */
        NOT("not");

        private final String word;

        How(String word) {
            this.word = word;
        }

        /** As it is printed. */
        public String word() {
            return word;
        }
    }
}
