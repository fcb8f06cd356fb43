/** The process of the control plane: how its parts are put together. */
@NullMarked
package dev.skerry.control.process;

import org.jspecify.annotations.NullMarked;
