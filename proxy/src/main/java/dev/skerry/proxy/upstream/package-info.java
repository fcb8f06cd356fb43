/** Where misses go: origin pools, balancing, health, breakers, the shield ring. */
@NullMarked
package dev.skerry.proxy.upstream;

import org.jspecify.annotations.NullMarked;
