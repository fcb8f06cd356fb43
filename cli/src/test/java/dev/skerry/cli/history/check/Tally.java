package dev.skerry.cli.history.check;

import dev.skerry.cli.history.check.Floors.Floor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How much a history could have shown: a run in which nothing was purged, or nothing was stored,
 * has no violations either.
 *
 * @param writes new versions at the origin
 * @param purges accepted; {@code soft} of them are soft
 * @param done purges that all nodes have acknowledged
 * @param lost times that a receipt called a node lost
 * @param reads answered with a status of 200
 * @param unanswered those that were not
 * @param hits reads that a node answered from its store
 * @param hitsPurged hits on items of which a purge was done, so that an older version was stored
 *     once, or might have been
 * @param closeToDone reads that began within 100 ms after a purge of their item was done
 * @param overtaken reads during which a purge of their item was sent
 * @param boundByNode reads that only the node's own acknowledgement bound
 * @param boundByLease reads that nothing but the end of the lease bound
 * @param unverified reads past the lease that upstream had to confirm, or could not
 * @param faults how often each kind was done
 * @param hitsDuring hits while each kind went on
 */
public record Tally(
        long writes,
        long purges,
        long soft,
        long done,
        long lost,
        long reads,
        long unanswered,
        long hits,
        long hitsPurged,
        long closeToDone,
        long overtaken,
        long boundByNode,
        long boundByLease,
        long unverified,
        Map<String, Long> faults,
        Map<String, Long> hitsDuring) {
    private static final long CLOSE = 100_000_000;

    /** Copies the maps, sorted. */
    public Tally {
        faults = new TreeMap<>(faults);
        hitsDuring = new TreeMap<>(hitsDuring);
    }

    /** How often a kind of fault was done. */
    public long faults(String kind) {
        return faults.getOrDefault(kind, 0L);
    }

    /** For people. */
    @Override
    public String toString() {
        return """
        %d writes, %d purges (%d soft), %d done, %d times a node was lost
        %d reads, %d without an answer; %d hits, of which %d on items that were purged before
        %d reads began within 100 ms after a purge was done, %d had a purge sent meanwhile
        %d were bound by their node's acknowledgement alone, %d by the end of the lease alone; %d past a lease were asked upstream
        faults: %s
        hits meanwhile: %s\
        """
                .formatted(
                        writes,
                        purges,
                        soft,
                        done,
                        lost,
                        reads,
                        unanswered,
                        hits,
                        hitsPurged,
                        closeToDone,
                        overtaken,
                        boundByNode,
                        boundByLease,
                        unverified,
                        faults,
                        hitsDuring);
    }

    /** Counts while a checker goes through the reads. */
    static final class Counting {
        private final Map<String, NavigableSet<Long>> purgesSent = new HashMap<>();
        private final List<Event.Fault> faults;
        private final Map<String, Long> faultsByKind = new HashMap<>();
        private final Map<String, Long> hitsDuring = new HashMap<>();
        private final Map<Class<?>, Long> events = new HashMap<>();
        private long soft;
        private long unanswered;
        private long unverified;
        private long reads;
        private long hits;
        private long hitsPurged;
        private long closeToDone;
        private long overtaken;
        private long boundByNode;
        private long boundByLease;

        Counting(List<Event> history) {
            faults =
                    history.stream()
                            .filter(Event.Fault.class::isInstance)
                            .map(Event.Fault.class::cast)
                            .toList();
            faults.forEach(fault -> faultsByKind.merge(fault.kind(), 1L, Long::sum));
            for (Event event : history) {
                events.merge(event.getClass(), 1L, Long::sum);
                if (event instanceof Event.Purged purged) {
                    soft += purged.soft() ? 1 : 0;
                    for (String item : purged.items()) {
                        purgesSent
                                .computeIfAbsent(item, absent -> new TreeSet<>())
                                .add(purged.start());
                    }
                } else if (event instanceof Event.Read read) {
                    unanswered += read.status() == 200 ? 0 : 1;
                    unverified += read.cache().contains(".lease") ? 1 : 0;
                }
            }
        }

        /** A read that was answered, and what it was bound by. */
        void read(Event.Read read, Floor everywhere, Floor atNode, Floor pastTheLease) {
            reads++;
            if (read.cache().contains("; hit")) {
                hits++;
                hitsPurged += everywhere.version() > 0 ? 1 : 0;
                faults.stream()
                        .filter(fault ->
                                fault.start() <= read.start() && read.start() <= fault.end())
                        .map(Event.Fault::kind)
                        .distinct()
                        .forEach(kind -> hitsDuring.merge(kind, 1L, Long::sum));
            }
            closeToDone +=
                    everywhere.version() > 0 && read.start() - everywhere.since() <= CLOSE ? 1 : 0;
            boundByNode += atNode.version() > everywhere.version() ? 1 : 0;
            boundByLease +=
                    pastTheLease.version() > Math.max(everywhere.version(), atNode.version())
                            ? 1
                            : 0;
            NavigableSet<Long> sent = purgesSent.get(read.item());
            Long next = sent == null ? null : sent.ceiling(read.start());
            overtaken += next != null && next <= read.end() ? 1 : 0;
        }

        Tally counted() {
            return new Tally(
                    count(Event.Wrote.class),
                    count(Event.Purged.class),
                    soft,
                    count(Event.Done.class),
                    count(Event.Lost.class),
                    reads,
                    unanswered,
                    hits,
                    hitsPurged,
                    closeToDone,
                    overtaken,
                    boundByNode,
                    boundByLease,
                    unverified,
                    faultsByKind,
                    hitsDuring);
        }

        private long count(Class<? extends Event> type) {
            return events.getOrDefault(type, 0L);
        }
    }
}
