package dev.skerry.net.geo;

import org.jspecify.annotations.Nullable;

/**
 * Where an address is, as far as a database knows. At least one of the two is known.
 *
 * @param country ISO 3166-1 alpha-2 in upper case
 * @param coordinates from the database itself: null when it knows countries only
 */
public record Place(@Nullable String country, @Nullable Coordinates coordinates) {}
