/**
 * The bytes of the disk tier, as docs/disk-format.md shows them: records, segment headers, footers.
 * Pure: nothing here reads a device.
 */
@NullMarked
package dev.skerry.cache.store.disk.format;

import org.jspecify.annotations.NullMarked;
