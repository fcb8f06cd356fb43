/** The shield: a cache in front of the origins, which edges ask. */
@NullMarked
package dev.skerry.shield;

import org.jspecify.annotations.NullMarked;
