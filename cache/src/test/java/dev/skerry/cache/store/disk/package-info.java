@NullMarked
package dev.skerry.cache.store.disk;

import org.jspecify.annotations.NullMarked;
