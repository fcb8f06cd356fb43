/** The cache key, and the tags that responses are purged by. */
@NullMarked
package dev.skerry.cache.key;

import org.jspecify.annotations.NullMarked;
