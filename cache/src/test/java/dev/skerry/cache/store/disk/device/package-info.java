@NullMarked
package dev.skerry.cache.store.disk.device;

import org.jspecify.annotations.NullMarked;
