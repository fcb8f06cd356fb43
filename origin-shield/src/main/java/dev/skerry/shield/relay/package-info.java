/** How a shield passes the change stream on to its edges, so that a fleet fans out as a tree. */
@NullMarked
package dev.skerry.shield.relay;

import org.jspecify.annotations.NullMarked;
