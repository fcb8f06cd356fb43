package dev.skerry.cli.history;

import dev.skerry.cli.history.check.Checker;
import dev.skerry.cli.history.check.Event;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run: a fleet, those who use it, what is done to it, and the history of that as a file. */
final class HistoryRun implements AutoCloseable {
    /** What a control plane waits beyond a lease: for clocks, and for a machine that has slept. */
    private static final long SLACK_MILLIS = 600;

    /** How much longer than a lease things are done to the fleet before it is calm for a while. */
    private static final Duration STORM = Duration.ofSeconds(6);

    private static final Duration PRODUCTS_LEASE = Duration.ofSeconds(30);

    private final Settings settings;
    private final Recorder recorder;
    private final Origin origin;
    private final Fleet fleet;
    private final Faults faults;
    private final Readers readers;
    private final Publisher publisher;

    /**
     * How a run goes.
     *
     * @param folder for all that the fleet keeps
     * @param history where the history is written
     * @param lease another than the product's; null for that
     * @param planted bugs
     * @param lanes which faults are done: {@code processes}, {@code network}, {@code clocks}
     * @param items of each site
     * @param readers at each edge
     * @param readPace of each reader between two reads, on average
     * @param purgePace between two purges, on average
     */
    record Settings(
            long seed,
            Path folder,
            Path history,
            @Nullable Duration lease,
            List<Patch> planted,
            List<String> lanes,
            int items,
            int readers,
            Duration readPace,
            Duration purgePace) {
        /** With everything that can go wrong. */
        static Settings of(long seed, Path folder, Path history) {
            return new Settings(
                    seed,
                    folder,
                    history,
                    Duration.ofSeconds(4),
                    List.of(),
                    List.of("processes", "network", "clocks"),
                    24,
                    6,
                    Duration.ofMillis(20),
                    Duration.ofMillis(120));
        }

        Settings withLease(@Nullable Duration other) {
            return new Settings(
                    seed, folder, history, other, planted, lanes, items, readers, readPace,
                    purgePace);
        }

        Settings planted(List<Patch> bugs, List<String> faults) {
            return new Settings(
                    seed, folder, history, lease, bugs, faults, items, readers, readPace,
                    purgePace);
        }

        Duration leaseOrDefault() {
            return lease == null ? PRODUCTS_LEASE : lease;
        }

        List<String> allItems() {
            return Stream.of(Site.values()).flatMap(site -> site.items(items).stream()).toList();
        }

        /** What of the product is another in this run. */
        List<Patch> patches() {
            List<Patch> all = new ArrayList<>(planted);
            all.addAll(Clock.READ);
            if (lease != null) {
                all.addAll(Patch.lease(lease.toMillis(), SLACK_MILLIS));
            }
            return all;
        }
    }

    private HistoryRun(
            Settings settings, Recorder recorder, Origin origin, Fleet fleet, Faults faults) {
        this.settings = settings;
        this.recorder = recorder;
        this.origin = origin;
        this.fleet = fleet;
        this.faults = faults;
        Hot hot = new Hot(origin.items());
        this.readers = new Readers(fleet, hot, settings.readPace);
        fleet.edges().forEach(edge -> readers.read(edge, settings.readers));
        this.publisher =
                Publisher.start(fleet, origin, hot, new Random(settings.seed), settings.purgePace);
    }

    /** Starts a fleet, and all that happens to it. */
    static HistoryRun start(Settings settings) throws Exception {
        System.out.println("seed " + settings.seed + ", history " + settings.history);
        Path classes = Files.createDirectories(settings.folder.resolve("classes"));
        Patch.compile(settings.patches(), classes);
        Recorder recorder = Recorder.to(settings.history);
        recorder.add(
                new Event.Began(
                        settings.seed,
                        Site.STRICT.items(settings.items),
                        settings.leaseOrDefault().plusMillis(SLACK_MILLIS).toNanos()));
        Origin origin = Origin.start(recorder, settings.allItems());
        try {
            Fleet fleet =
                    new Fleet(
                            settings.folder,
                            recorder,
                            origin,
                            List.of(classes),
                            true,
                            settings.seed);
            try {
                Backups backups = new Backups(fleet, settings.folder.resolve("backup"));
                Faults faults = new Faults(fleet, settings.leaseOrDefault().plus(STORM));
                HistoryRun run = new HistoryRun(settings, recorder, origin, fleet, faults);
                run.illTreat(new FaultKinds(faults, backups, settings.leaseOrDefault()));
                return run;
            } catch (Exception | AssertionError e) {
                fleet.close();
                throw e;
            }
        } catch (Exception | AssertionError e) {
            origin.close();
            recorder.close();
            throw e;
        }
    }

    /** What became of it so far. */
    Checker.Verdict verdict() throws IOException {
        return Checker.check(recorder.history());
    }

    /**
     * Puts everything right, and waits until the fleet is as if nothing had happened.
     *
     * @throws AssertionError when it does not become so
     */
    void end() throws Exception {
        faults.end();
        for (var node : fleet.nodes()) {
            node.awaitReady();
        }
        publisher.awaitDone(10);
        publisher.stop();
        publisher.awaitAllDone();
        readers.awaitMore(100);
        readers.end();
        publisher.end();
    }

    /** Where the history is. */
    Path file() {
        return recorder.file();
    }

    /** Writes what the processes printed beside the history; tells where that is. */
    String keptWithLogs() throws IOException {
        for (Map.Entry<String, List<String>> each : fleet.output().entrySet()) {
            Files.write(
                    Path.of(file().toString().replace(".jsonl", "-" + each.getKey() + ".log")),
                    each.getValue());
        }
        return "seed " + settings.seed + ", history and logs kept as " + file();
    }

    @Override
    public void close() throws IOException {
        try {
            readers.end();
            publisher.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fleet.close();
        origin.close();
        recorder.close();
    }

    private void illTreat(FaultKinds kinds) {
        if (settings.lanes.contains("processes")) {
            faults.lane("processes", kinds.ofProcesses(), settings.seed + 1);
        }
        if (settings.lanes.contains("network")) {
            faults.lane("network", kinds.ofTheNetwork(), settings.seed + 2);
            faults.lane("the other network", kinds.ofTheNetwork(), settings.seed + 3);
        }
        if (settings.lanes.contains("clocks")) {
            faults.lane("clocks", kinds.ofClocks(settings.seed), settings.seed + 4);
        }
    }

    /** Waits for a while. */
    static void goOn(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    /** Waits until a run has shown a violation. */
    void awaitViolation() throws Exception {
        Await.until("a violation is found", () -> !verdict().violations().isEmpty());
    }
}
