package dev.skerry.cache.store.disk;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What happened on a disk since the process began. Thread-safe. */
public final class DiskCounters {
    /** What is counted. */
    public enum Event {
        /** Responses that were found and given out. */
        HIT,
        /** Looks that would have had to wait for the device. */
        WOULD_WAIT,
        /** Looks that were refused because too many waited. */
        LOOKS_REFUSED,
        /** Looks that found no memory to read into. */
        NO_MEMORY,
        /** Records that were those of another key with the same fingerprint. */
        OTHER_KEY,
        /** Records that could not be read. */
        READ_FAILED,
        /** Records whose bytes were not those that were written. */
        CHECKSUM_WRONG,
        /** Heads whose body had been reclaimed or lost. */
        BODY_LOST,
        /** Responses of an earlier process whose revisions the restored ledgers do not know. */
        UNDECIDED,
        /** Responses that were taken to be written. */
        TAKEN,
        /** Responses that the policy did not admit. */
        NOT_ADMITTED,
        /** Responses that found no room in the queue. */
        QUEUE_FULL,
        /** Responses that are too large to be stored. */
        TOO_LARGE,
        /** Responses that were written. */
        WRITTEN,
        /** Responses and tombstones that something newer made needless before they were written. */
        SUPERSEDED,
        /** Writes that failed. */
        WRITE_FAILED,
        /** Responses, and pieces of them, that were not written because the device was full. */
        DEVICE_FULL,
        /** Tombstones that were written. */
        TOMBSTONES,
        /** Tombstones that could not be kept: a restart may bring back what they were for. */
        TOMBSTONES_LOST,
        /** Responses that found no memory for their entry in the index. */
        INDEX_FULL,
        /** Segments that were reclaimed. */
        SEGMENTS_RECLAIMED,
        /** Segments that were dropped at the start, damaged or in excess. */
        SEGMENTS_DROPPED,
        /** Segments that were read record by record at the start. */
        SEGMENTS_SCANNED,
        /** Responses that were written again when their segment was reclaimed. */
        REINSERTED,
        /** Responses that went with their segment. */
        RECLAIMED,
        /** Responses that were found damaged in the background, and forgotten. */
        SCRUB_DAMAGED,
        /** Bytes that were read in the background. */
        BYTES_SCRUBBED,
        /** Bytes that were appended. */
        BYTES_WRITTEN,
        /** Bytes that were appended for reinserted responses. */
        BYTES_REINSERTED;

        private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** Lower case, with hyphens, as printed. */
        public String word() {
            return word;
        }
    }

    private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);

    /** All zero. */
    public DiskCounters() {
        for (Event event : Event.values()) {
            counts.put(event, new LongAdder());
        }
    }

    /** How many, or how many bytes. */
    public long get(Event event) {
        return adder(event).sum();
    }

    void count(Event event) {
        adder(event).increment();
    }

    void add(Event event, long count) {
        adder(event).add(count);
    }

    /** Goes on from what others have counted. */
    void addAll(DiskCounters before) {
        for (Event event : Event.values()) {
            add(event, before.get(event));
        }
    }

    private LongAdder adder(Event event) {
        return Objects.requireNonNull(counts.get(event));
    }
}
