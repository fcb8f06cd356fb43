/** All that a control plane remembers, in a file. */
@NullMarked
package dev.skerry.control.transfer;

import org.jspecify.annotations.NullMarked;
