package dev.skerry.cli.history;

import dev.skerry.cli.fleet.Member;
import dev.skerry.cli.history.Faults.Deed;
import dev.skerry.cli.history.Faults.Fault;
import dev.skerry.testkit.CuttableWire;
import dev.skerry.testkit.UnreliableWire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** All that is done to a fleet. Times are milliseconds. */
final class FaultKinds {
    private static final Deed NOTHING = millis -> {};

    /** Nodes sign what they say with the time, and take five minutes of difference. */
    private static final int FARTHEST_WALL = 100_000;

    private final Faults faults;
    private final Fleet fleet;
    private final Backups backups;
    private final int lease;

    /**
     * Of a fleet.
     *
     * @param lease about as long are the longest cuts, and some longer
     */
    FaultKinds(Faults faults, Backups backups, Duration lease) {
        this.faults = faults;
        this.fleet = faults.fleet();
        this.backups = backups;
        this.lease = (int) lease.toMillis();
    }

    /** One at a time: so some edge is there most of the time. */
    List<Fault> ofProcesses() {
        List<Fault> all = new ArrayList<>();
        for (Member node : fleet.nodes()) {
            Set<String> on = Set.of(node.name());
            Deed again =
                    millis -> {
                        node.launchAgain();
                        faults.awaitReady(node);
                    };
            all.add(new Fault("kill", on, millis -> node.kill(), again, 0, 2500));
            all.add(
                    new Fault(
                            "leave",
                            on,
                            millis -> {
                                node.terminate();
                                int _ = node.awaitExit();
                            },
                            again,
                            0,
                            2500));
            all.add(
                    new Fault(
                            "stop",
                            on,
                            millis -> node.freeze(),
                            millis -> thaw(node),
                            50,
                            lease * 3 / 2));
        }
        all.addAll(ofTheControlPlane());
        all.addAll(ofSleep());
        all.addAll(ofReturns());
        return all;
    }

    /**
     * An edge that leaves as told, and comes back where it cannot hear what was purged meanwhile.
     */
    private List<Fault> ofReturns() {
        List<Fault> all = new ArrayList<>();
        Map<Member, Set<String>> heardThrough =
                Map.of(
                        fleet.first(),
                        Set.of("edge-1-control"),
                        fleet.second(),
                        Set.of("edge-2-relay", "edge-2-control"));
        heardThrough.forEach((edge, names) -> {
            Set<String> on = new HashSet<>(names);
            on.add(edge.name());
            Deed leave =
                    millis -> {
                        edge.terminate();
                        int _ = edge.awaitExit();
                        names.forEach(name -> fleet.wire(name).cut());
                        Thread.sleep(millis / 4);
                        edge.launchAgain();
                    };
            Deed mend =
                    millis -> {
                        names.forEach(name -> fleet.wire(name).mend());
                        faults.awaitReady(edge);
                    };
            all.add(new Fault("return", on, leave, mend, 4000, 6000));
        });
        return all;
    }

    private List<Fault> ofTheControlPlane() {
        Member control = fleet.control();
        Set<String> on = Set.of(control.name());
        Deed again = millis -> control.launchAgain();
        return List.of(
                new Fault("kill", on, millis -> control.kill(), again, 0, 3000),
                new Fault(
                        "stop", on, millis -> control.freeze(), millis -> thaw(control), 50, 3000),
                new Fault("backup", on, millis -> backups.make(), NOTHING, 0, 0),
                new Fault("restore", on, millis -> backups.restore(), NOTHING, 0, 0));
    }

    /** A machine that sleeps: its monotonic clock stands still, and its wall clock goes on. */
    private List<Fault> ofSleep() {
        List<Fault> all = new ArrayList<>();
        for (Member node : fleet.nodes()) {
            Clock clock = fleet.clocks().get(node.name());
            if (clock != null) {
                Deed wake =
                        millis -> {
                            // Somewhat less than it stood still, so that it never goes back.
                            clock.move(-(millis - 50) * 1_000_000);
                            thaw(node);
                        };
                all.add(
                        new Fault(
                                "sleep",
                                Set.of(node.name()),
                                millis -> node.freeze(),
                                wake,
                                400,
                                lease * 3 / 2));
            }
        }
        return all;
    }

    private void thaw(Member member) throws Exception {
        member.thaw();
        faults.awaitReady(member);
    }

    /** Cuts, silence, delay, and messages that are lost, doubled, swapped or late. */
    List<Fault> ofTheNetwork() {
        List<Fault> all = new ArrayList<>();
        for (Map.Entry<String, CuttableWire> each : fleet.wires().entrySet()) {
            Set<String> on = Set.of(each.getKey());
            CuttableWire wire = each.getValue();
            Deed mend = millis -> wire.mend();
            all.add(new Fault("cut", on, millis -> wire.cut(), mend, 10, 3000));
            all.add(new Fault("silence", on, millis -> wire.silence(), mend, 10, 3000));
            all.add(
                    new Fault(
                            "delay",
                            on,
                            millis -> wire.delay(Duration.ofMillis(20 + millis / 20)),
                            millis -> wire.delay(Duration.ZERO),
                            100,
                            6000));
        }
        for (Map.Entry<String, UnreliableWire> each : fleet.unreliable().entrySet()) {
            UnreliableWire wire = each.getValue();
            all.add(
                    new Fault(
                            "mischief",
                            Set.of(each.getKey()),
                            millis -> wire.unreliable(300),
                            millis -> wire.unreliable(0),
                            500,
                            6000));
        }
        all.addAll(ofIslands());
        return all;
    }

    /** Some nodes hear nothing of the control plane for longer than a lease. */
    private List<Fault> ofIslands() {
        List<Set<String>> islands =
                List.of(
                        Set.of("edge-1-control"),
                        Set.of("edge-2-relay", "edge-2-control"),
                        Set.of("shield-1-control", "edge-1-control"),
                        Set.of("shield-1-control", "edge-1-control", "edge-2-control"));
        List<Fault> all = new ArrayList<>();
        for (Set<String> island : islands) {
            Deed cut = millis -> island.forEach(name -> fleet.wire(name).cut());
            Deed mend = millis -> island.forEach(name -> fleet.wire(name).mend());
            all.add(new Fault("island", island, cut, mend, lease, lease * 2));
        }
        return all;
    }

    /** Wall clocks that jump, and clocks that are up to one in a hundred too fast or too slow. */
    List<Fault> ofClocks(long seed) {
        Random random = new Random(seed);
        List<Fault> all = new ArrayList<>();
        fleet.clocks()
                .forEach((name, clock) -> {
                    Set<String> on = Set.of(name + "-clock");
                    all.add(
                            new Fault(
                                    "jump",
                                    on,
                                    millis ->
                                            clock.wall(
                                                    random.nextInt(2 * FARTHEST_WALL)
                                                            - FARTHEST_WALL),
                                    NOTHING,
                                    0,
                                    2000));
                    all.add(
                            new Fault(
                                    "drift",
                                    on,
                                    millis -> drift(clock, millis),
                                    NOTHING,
                                    2000,
                                    8000));
                });
        return all;
    }

    /** For as long as the fault lasts, in steps that are too small to be seen. */
    private static void drift(Clock clock, long millis) throws InterruptedException {
        boolean fast = millis % 2 == 0;
        for (long gone = 0; gone < millis; gone += 2) {
            Thread.sleep(2);
            clock.move(fast ? 20_000 : -20_000);
        }
    }
}
