/** The contract of a store: it keeps heads and bytes, and knows nothing of freshness. */
@NullMarked
package dev.skerry.cache.store;

import org.jspecify.annotations.NullMarked;
