/** The commands that speak to a control plane, and how they do. */
@NullMarked
package dev.skerry.cli.control;

import org.jspecify.annotations.NullMarked;
