package dev.skerry.cli.history;

import dev.skerry.cli.fleet.Member;
import dev.skerry.cli.history.check.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies of the control plane's data directory, as an operator makes them and puts them back. */
final class Backups {
    private final Fleet fleet;
    private final Recorder recorder;
    private final Path copy;
    private long madeAt;

    /** Makes the first. */
    Backups(Fleet fleet, Path copy) throws Exception {
        this.fleet = fleet;
        this.recorder = fleet.recorder();
        this.copy = copy;
        make();
    }

    /** Ends the control plane, copies what it keeps, and starts it again. */
    void make() throws Exception {
        end();
        madeAt = recorder.now();
        replace(fleet.data(), copy);
        fleet.control().startAgain();
    }

    /** Ends the control plane, puts the copy in the place of what it keeps, and starts it again. */
    void restore() throws Exception {
        long start = recorder.now();
        end();
        replace(copy, fleet.data());
        fleet.control().launchAgain();
        recorder.add(new Event.Restored(madeAt, start, recorder.now()));
    }

    private void end() throws InterruptedException {
        Member control = fleet.control();
        control.terminate();
        int _ = control.awaitExit();
    }

    private static void replace(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> walk = Files.walk(to)) {
                for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path each : all) {
            Files.copy(
                    each,
                    to.resolve(from.relativize(each)),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
