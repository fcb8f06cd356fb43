/** The command line: one class a command, and the logging of every process. */
@NullMarked
package dev.skerry.cli;

import org.jspecify.annotations.NullMarked;
