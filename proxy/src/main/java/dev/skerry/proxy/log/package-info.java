/** The access log: one JSON line a request, written off the request's path. */
@NullMarked
package dev.skerry.proxy.log;

import org.jspecify.annotations.NullMarked;
