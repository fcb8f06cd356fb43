/** The control store of a single process: one SQLite database in a directory of its own. */
@NullMarked
package dev.skerry.control.store.embedded;

import org.jspecify.annotations.NullMarked;
