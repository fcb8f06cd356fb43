package dev.skerry.control.store;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store that several control planes use at the same time. */
public interface SharedStore extends ControlStore {
    /**
     * Follows records that anybody writes, this process too. Those that are there are told before
     * this returns; later ones as they come, one call at a time, in the order in which they were
     * written. Of a record that is written often only the newest is told, and one may be told
     * twice.
     *
     * @param prefix of their names
     */
    Followed follow(String prefix, Follower follower) throws IOException;

    /**
     * Writes records if none of them is there yet.
     *
     * @return whether it did
     */
    boolean putNew(List<Entry> records) throws IOException;

    /** Who is told of records; quick, and it does not write. */
    @FunctionalInterface
    interface Follower {
        /**
         * A record.
         *
         * @param value null when it was deleted
         */
        void changed(String name, @Nullable String value);
    }

    /** Records that are followed, until the store is closed. */
    interface Followed {
        /**
         * Returns when every record has been told that was written before this was called; of
         * deleted ones that may come later.
         */
        void catchUp() throws IOException;
    }
}
