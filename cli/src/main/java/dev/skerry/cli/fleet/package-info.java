/** The commands that ask a control plane for something: one class a command. */
@NullMarked
package dev.skerry.cli.fleet;

import org.jspecify.annotations.NullMarked;
