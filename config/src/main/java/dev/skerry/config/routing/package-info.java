/** The operator's routing file: where locations are, and which clients belong to which. */
@NullMarked
package dev.skerry.config.routing;

import org.jspecify.annotations.NullMarked;
