/** {@code skerry cache}: what one node has stored. */
@NullMarked
package dev.skerry.cli.cache;

import org.jspecify.annotations.NullMarked;
