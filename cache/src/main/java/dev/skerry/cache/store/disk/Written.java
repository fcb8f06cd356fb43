package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.disk.format.LogAddress;

/**
 * What is to be done when everything before an address can be read.
 *
 * @param end one past the last byte that it needs
 * @param then runs on the writer's thread
 * @param failed runs there instead, when the bytes could not be written
 */
record Written(LogAddress end, Runnable then, Runnable failed) {}
