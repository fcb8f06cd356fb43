/** The edge: a cache near the clients, which asks the shield ring or the origins. */
@NullMarked
package dev.skerry.edge;

import org.jspecify.annotations.NullMarked;
