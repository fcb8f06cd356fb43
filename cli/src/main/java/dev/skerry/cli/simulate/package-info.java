/** The replay of traces and logs: what a cache of another size would do. */
@NullMarked
package dev.skerry.cli.simulate;

import org.jspecify.annotations.NullMarked;
