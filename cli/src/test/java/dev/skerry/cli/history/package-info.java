/**
 * A fleet of real processes that is read, written to, purged and ill-treated; what was seen of it
 * is written down, and {@code check} decides whether it may have been.
 */
@NullMarked
package dev.skerry.cli.history;

import org.jspecify.annotations.NullMarked;
