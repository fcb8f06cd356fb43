/** Passive health: the breaker of an upstream, and the budget of retries. */
@NullMarked
package dev.skerry.proxy.upstream.health;

import org.jspecify.annotations.NullMarked;
