/** The purge calls of other systems, as their clients send them. */
@NullMarked
package dev.skerry.control.compat;

import org.jspecify.annotations.NullMarked;
