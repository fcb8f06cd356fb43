/** What a node would do with a request, and why. */
@NullMarked
package dev.skerry.proxy.explain;

import org.jspecify.annotations.NullMarked;
