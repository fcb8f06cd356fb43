@NullMarked
package dev.skerry.cache.store.disk.index;

import org.jspecify.annotations.NullMarked;
