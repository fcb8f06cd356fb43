package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.Position;

/**
 * Where the order stands.
 *
 * @param epoch counts the histories of this store from 1, so that places can be compared
 * @param position after the last change
 * @param floor what is born below this counter is dead
 * @param first the counter of the first change that can be read; one above the head when none can
 * @param base the hash at {@code first - 1}
 */
record Place(long epoch, Position position, long floor, long first, String base) {
    /** Whether this is further than the other. */
    boolean after(Place other) {
        return epoch != other.epoch
                ? epoch > other.epoch
                : position.counter() > other.position.counter();
    }
}
