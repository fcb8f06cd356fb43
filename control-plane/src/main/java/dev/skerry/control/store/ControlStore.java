package dev.skerry.control.store;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the control plane: changes in one order, and small records by name. Everything is
 * durable when the call that made it returns. Thread-safe.
 */
public interface ControlStore extends AutoCloseable {
    /** The most records of one {@link #put}, and beside one append. */
    int MOST_RECORDS = 100;

    /** The position after the last change; a linearizable read. */
    Position head() throws IOException;

    /**
     * Puts changes into the order, and records beside them, all or nothing.
     *
     * @param drafts at least one; they get ascending counters without a gap
     * @param records made of the changes as they got their counters, {@link #MOST_RECORDS} at most;
     *     part of the same transaction. Runs on another thread, perhaps more than once, and holds
     *     up other writers: it must be quick and do nothing else. What it throws is thrown here,
     *     and then nothing changed.
     * @return the changes, and the position after them
     * @throws StaleVersion when a draft expects another version of its site; then nothing changed
     * @throws UnknownOutcome when the store did not answer, and it may have been done all the same
     * @throws IOException when the store cannot take them; then nothing changed
     */
    Appended append(List<Draft> drafts, Function<List<Change>, List<Entry>> records)
            throws IOException, StaleVersion;

    /**
     * The changes after a counter, in order and without a gap; empty at the head and above. A new
     * history may have begun since the caller read the counter: whoever follows looks at the
     * history of {@link #head} again after reading, and drops what it read when that is another.
     *
     * @param after from 0
     * @param most at least 1; the most to return
     * @return null when changes after that counter have been compacted away: take a snapshot
     */
    @Nullable List<Change> read(long after, int most) throws IOException;

    /**
     * The hash at a counter; null when it is above the head, or when {@link #read} after it would
     * be null. So whoever stands where reading can go on can be checked.
     */
    @Nullable String hashAt(long counter) throws IOException;

    /** All that counts now. */
    Snapshot snapshot() throws IOException;

    /**
     * Begins a new history, because this one does not continue what nodes have seen (PURGE.md rule
     * 17). Sites stay; every purge becomes a floor.
     */
    Position newHistory(String reason) throws IOException;

    /**
     * Runs {@code wake} after each append and each new history, on any thread; it must be quick.
     */
    void onAppend(Runnable wake);

    /** The record of a name, or null. */
    @Nullable String get(String name) throws IOException;

    /**
     * Records whose names begin with a prefix, by name.
     *
     * @param after only names above this one; null for all
     * @param most at least 1
     */
    SortedMap<String, String> list(String prefix, @Nullable String after, int most)
            throws IOException;

    /**
     * Writes records, all or nothing.
     *
     * @param records at most {@link #MOST_RECORDS}
     * @throws UnknownOutcome as {@link #append}
     */
    void put(List<Entry> records) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * A record to write.
     *
     * @param name 1 to 512 characters, parts with {@code /} between; no controls, and none above
     *     U+FFFD, so that names sort everywhere as they do in Java
     * @param value a JSON document; null deletes
     */
    record Entry(String name, @Nullable String value) {
        private static final int LONGEST_NAME = 512;

        /** Checks the name. */
        public Entry {
            if (name.isEmpty()
                    || name.length() > LONGEST_NAME
                    || !name.chars().allMatch(Entry::fits)) {
                throw new IllegalArgumentException("not the name of a record: '" + name + "'");
            }
        }

        private static boolean fits(int character) {
            return character >= ' '
                    && character <= 0xfffd
                    && !Character.isSurrogate((char) character);
        }
    }

    /** What an append made. */
    record Appended(List<Change> changes, Position position) {}
}
