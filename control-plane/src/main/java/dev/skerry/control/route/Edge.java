package dev.skerry.control.route;

import org.jspecify.annotations.Nullable;

/**
 * An edge that clients may be sent to.
 *
 * @param pop its location, null when it named none
 */
record Edge(String name, @Nullable String pop, EdgeUrl url) {}
