/**
 * The life of a request, as edge and shield share it: receive, route, guard, key, lookup, fetch,
 * deliver, finish.
 */
@NullMarked
package dev.skerry.proxy.pipeline;

import org.jspecify.annotations.NullMarked;
