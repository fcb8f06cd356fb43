/** A whole network in one process, and the site that it serves when it is given none. */
@NullMarked
package dev.skerry.cli.up;

import org.jspecify.annotations.NullMarked;
