/**
 * RFC 9111 and its companions as pure functions: what may be stored, how long it is fresh, when it
 * may be reused.
 */
@NullMarked
package dev.skerry.cache.policy;

import org.jspecify.annotations.NullMarked;
