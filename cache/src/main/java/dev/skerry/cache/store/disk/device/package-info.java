/**
 * A directory of a disk as the disk tier sees it: files, their faults, and reads that never wait.
 */
@NullMarked
package dev.skerry.cache.store.disk.device;

import org.jspecify.annotations.NullMarked;
