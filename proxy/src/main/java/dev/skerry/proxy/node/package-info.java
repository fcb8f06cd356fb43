/** A node put together: the one place where the parts of an edge or a shield meet. */
@NullMarked
package dev.skerry.proxy.node;

import org.jspecify.annotations.NullMarked;
