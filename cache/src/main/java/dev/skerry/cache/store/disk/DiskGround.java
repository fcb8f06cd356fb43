package dev.skerry.cache.store.disk;

import dev.skerry.cache.store.DirectMemory;
import dev.skerry.cache.store.Survivors;

/**
 * What the disks of a node share.
 *
 * @param memory for indexes and buffers
 * @param clock both clocks
 * @param survivors which responses are worth keeping
 */
public record DiskGround(DirectMemory memory, DiskClock clock, Survivors survivors) {}
