/** The wall around zstd-jni. */
@NullMarked
package dev.skerry.cache.coding.zstd;

import org.jspecify.annotations.NullMarked;
