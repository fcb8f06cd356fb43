/** A whole fleet of processes, with faults. */
@NullMarked
package dev.skerry.cli.fleet;

import org.jspecify.annotations.NullMarked;
