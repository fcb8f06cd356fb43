/**
 * The disk tier: an append-only log of segments, an index in memory, verified reads.
 *
 * <p>Invariants, numbered as in docs/disk-format.md and checked by its tests:
 *
 * <ol>
 *   <li>Bytes at an address are written once. Nothing is appended to a segment of an earlier
 *       process, and a segment's number is never given again.
 *   <li>What the index points to was written before, and lies in a segment of the table.
 *   <li>Of two records of a key and variant the one with the higher address stands. Only the
 *       writer's thread appends and puts into the index, so the index says what the log says.
 *   <li>Nothing is given out that has not been compared with its checksum in this process, and
 *       nothing of a head that is not of the very key.
 *   <li>While a change of a key and variant is queued, what the index says of it counts for
 *       nothing.
 *   <li>What leaves the index otherwise than by a newer record leaves a tombstone in the log, so
 *       that a restart does not bring it back.
 *   <li>A segment's file stays open as long as a reader holds it.
 * </ol>
 */
@NullMarked
package dev.skerry.cache.store.disk;

import org.jspecify.annotations.NullMarked;
