/** What would become of a request, asked of the router and of every node. */
@NullMarked
package dev.skerry.control.explain;

import org.jspecify.annotations.NullMarked;
