package dev.skerry.cli.history;

import dev.skerry.cli.fleet.Member;
import dev.skerry.cli.history.check.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ill-treats a fleet, by a seed: one thing after the other is done to its processes, and at the
 * same time to two pieces of its network, and to its clocks. Everything is put right again after a
 * while, and written down.
 */
final class Faults {
    private static final int MOST_PAUSE_MILLIS = 1200;

    private static final long CALM_MILLIS = 4000;

    private final Fleet fleet;
    private final Recorder recorder;
    private final long stormMillis;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Thread> lanes = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /**
     * None yet.
     *
     * @param storm how long things are done; then it is calm for a while, so that what was
     *     interrupted comes to its end, but for a few faults that outlast the storm
     */
    Faults(Fleet fleet, Duration storm) {
        this.fleet = fleet;
        this.recorder = fleet.recorder();
        this.stormMillis = storm.toMillis();
    }

    /**
     * Something that can be done.
     *
     * @param on what nothing else may be done to meanwhile
     * @param least milliseconds until it is put right
     */
    record Fault(String kind, Set<String> on, Deed begin, Deed end, int least, int most) {}

    /** Begins or ends a fault. */
    @FunctionalInterface
    interface Deed {
        /**
         * Does it.
         *
         * @param millis how long the fault lasts
         */
        void act(long millis) throws Exception;
    }

    /** Does these, one after the other as the seed has it, until {@link #end}. */
    void lane(String name, List<Fault> faults, long seed) {
        if (faults.isEmpty()) {
            return;
        }
        Random random = new Random(seed);
        lanes.add(Thread.ofVirtual().name("faults of " + name).start(() -> run(faults, random)));
    }

    /** Ends, with everything put right. */
    void end() throws InterruptedException {
        ended.countDown();
        for (Thread lane : lanes) {
            lane.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a fault could not be done or ended", failures.getFirst());
        }
    }

    /**
     * In rounds: each does one of every kind, as the seed has their order, so that none is left
     * out.
     */
    private void run(List<Fault> faults, Random random) {
        try {
            Deque<Fault> round = new ArrayDeque<>();
            while (!ended.await(random.nextInt(MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS)) {
                if (round.isEmpty()) {
                    round.addAll(oneOfEveryKind(faults, random));
                }
                Fault fault = round.removeFirst();
                long millis = random.nextLong(fault.least, fault.most + 1L);
                long left = leftOfTheStorm();
                if (random.nextInt(6) > 0) {
                    millis = Math.min(millis, left);
                }
                if (left > 0 && take(fault.on)) {
                    try {
                        befall(fault, millis);
                    } finally {
                        busy.removeAll(fault.on);
                    }
                } else {
                    round.addLast(fault);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | AssertionError e) {
            failures.add(e);
        }
    }

    private static List<Fault> oneOfEveryKind(List<Fault> faults, Random random) {
        Map<String, List<Fault>> byKind = new TreeMap<>();
        faults.forEach(
                fault -> byKind.computeIfAbsent(fault.kind, k -> new ArrayList<>()).add(fault));
        List<Fault> round = new ArrayList<>();
        byKind.values().forEach(kind -> round.add(kind.get(random.nextInt(kind.size()))));
        Collections.shuffle(round, random);
        return round;
    }

    /** Milliseconds; 0 while it is calm. */
    private long leftOfTheStorm() {
        long millis = recorder.now() / 1_000_000 % (stormMillis + CALM_MILLIS);
        return Math.max(0, stormMillis - millis);
    }

    private void befall(Fault fault, long millis) throws Exception {
        long start = recorder.now();
        try {
            fault.begin.act(millis);
            boolean _ = ended.await(millis, TimeUnit.MILLISECONDS);
        } finally {
            fault.end.act((recorder.now() - start) / 1_000_000);
            recorder.add(
                    new Event.Fault(fault.kind, String.join(" ", fault.on), start, recorder.now()));
        }
    }

    private boolean take(Set<String> on) {
        synchronized (busy) {
            if (on.stream().anyMatch(busy::contains)) {
                return false;
            }
            busy.addAll(on);
            return true;
        }
    }

    /** Waits until a node is ready, but no longer than a while: it may be cut off. */
    void awaitReady(Member member) throws InterruptedException {
        long until = recorder.now() + TimeUnit.SECONDS.toNanos(8);
        while (!member.comesReady() && recorder.now() < until && ended.getCount() > 0) {
            Thread.sleep(20);
        }
    }

    Fleet fleet() {
        return fleet;
    }
}
