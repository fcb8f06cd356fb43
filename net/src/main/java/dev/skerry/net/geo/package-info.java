/** Where an address is: country and coordinates, from files in the MaxMind DB format. */
@NullMarked
package dev.skerry.net.geo;

import org.jspecify.annotations.NullMarked;
