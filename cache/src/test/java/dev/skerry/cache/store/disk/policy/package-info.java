@NullMarked
package dev.skerry.cache.store.disk.policy;

import org.jspecify.annotations.NullMarked;
