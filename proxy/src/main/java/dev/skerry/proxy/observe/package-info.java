/** What a node tells of itself: the metrics and the access log of its requests. */
@NullMarked
package dev.skerry.proxy.observe;

import org.jspecify.annotations.NullMarked;
