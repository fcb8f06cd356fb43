/** The stream of changes to nodes, and what they say back. */
@NullMarked
package dev.skerry.control.stream;

import org.jspecify.annotations.NullMarked;
