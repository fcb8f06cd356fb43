/** Replays of small traces that are made up. */
@NullMarked
package dev.skerry.cli.simulate;

import org.jspecify.annotations.NullMarked;
