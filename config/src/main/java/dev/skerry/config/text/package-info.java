/** Small notations that configuration is written in: durations, sizes, globs; and its problems. */
@NullMarked
package dev.skerry.config.text;

import org.jspecify.annotations.NullMarked;
