/** The nodes that follow this control plane: who they are, how far they are, what they want. */
@NullMarked
package dev.skerry.control.fleet;

import org.jspecify.annotations.NullMarked;
