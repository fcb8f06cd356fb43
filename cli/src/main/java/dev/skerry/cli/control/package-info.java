/** How a command speaks to a control plane, and how it tells people what came of it. */
@NullMarked
package dev.skerry.cli.control;

import org.jspecify.annotations.NullMarked;
