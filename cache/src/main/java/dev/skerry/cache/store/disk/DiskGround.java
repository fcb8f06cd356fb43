package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.DirectMemory;

/**
 * What the disks of a node share.
 *
 * @param memory for indexes and buffers
 * @param clock both clocks
 */
public record DiskGround(DirectMemory memory, DiskClock clock) {}
