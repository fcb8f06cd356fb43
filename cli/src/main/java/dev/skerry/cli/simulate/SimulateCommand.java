package dev.skerry.cli.simulate;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cli.control.Terminal;
import dev.skerry.cli.message.CommandFailed;
import dev.skerry.config.text.Sizes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skerry simulate}: what a cache of that size would have done with those requests. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Replays an access log or a trace through the tiers that a node has, and says how much"
                    + " of it caches of that size, and of a quarter to four times that size, would"
                    + " have answered. Bodies are not stored: no memory or disk of that size is"
                    + " needed.",
            "",
            "It reads a node's own access log (JSON), the common and combined log formats, and"
                    + " traces (time_s,key,size in each line); compressed by gzip or not. A log says"
                    + " nothing of lifetimes: nothing expires here, so that a real cache misses"
                    + " more. Where an object was answered with several sizes, the largest counts.",
            "",
        },
        exitCodeList = {
            "0:replayed",
            "1:there is nothing in the file that can be replayed",
            "2:used wrongly, or the file cannot be read",
        },
        footer = {
            "  ./skerry simulate access.log --memory 2g --disk 100g",
            "  ./skerry simulate trace.csv.gz --memory 512m --svg curve.svg",
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final long LEAST_MEMORY = 64 << 20;
    private static final long LEAST_DISK = 4 * Replay.LEAST_DISK;
    private static final int PART_OF_THE_HEAP = 2;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "LOG|TRACE", description = "The file to replay.")
    private Path file;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            required = true,
            description = "The memory of the cache, such as 2g; at least 64m.")
    private String memory;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            description = "The disk of the cache, such as 100g; at least 64m. None by default.")
    private @Nullable String disk;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Draw the curve into this file, which is replaced.")
    private @Nullable Path svg;

    @Option(names = "--json", description = "Print a JSON document instead of the table.")
    private boolean json;

    /** Made by picocli. */
    @SuppressWarnings("NullAway.Init") // picocli fills in what is required
    public SimulateCommand() {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        long memoryBytes = size("--memory", memory, LEAST_MEMORY);
        long diskBytes = disk == null ? 0 : size("--disk", disk, LEAST_DISK);
        TraceReader.Read read = read();
        if (read.trace().requests() == 0) {
            throw CommandFailed.because(file + ": there are no requests in it" + complaint(read));
        }
        List<Outcome> outcomes = replay(read.trace(), memoryBytes, diskBytes);
        draw(outcomes);
        Report report = new Report(read, outcomes);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
        } else {
            report.lines().forEach(line -> out.println(Terminal.plain(line)));
        }
        out.flush();
        return ExitCode.OK;
    }

    private static String complaint(TraceReader.Read read) {
        return read.firstBad() == null ? "" : "; first not understood: " + read.firstBad();
    }

    private static long size(String option, String text, long least) throws CommandFailed {
        long bytes = Sizes.parse(text).orElse(-1);
        if (bytes < least) {
            String wanted = bytes < 0 ? Sizes.FORM : "at least " + Sizes.format(least);
            throw CommandFailed.usedWrongly(List.of(option + ": '" + text + "' is not " + wanted));
        }
        return bytes;
    }

    private TraceReader.Read read() throws CommandFailed {
        try {
            return TraceReader.read(file);
        } catch (IOException e) {
            throw CommandFailed.usedWrongly(List.of(CommandFailed.reason(e)));
        }
    }

    private List<Outcome> replay(Trace trace, long memoryBytes, long diskBytes)
            throws CommandFailed, InterruptedException {
        long budget = Runtime.getRuntime().maxMemory() / PART_OF_THE_HEAP;
        Curve curve = new Curve(trace, budget, TimeSource.system()::nanoTime);
        try {
            return curve.around(memoryBytes, diskBytes);
        } catch (IOException e) {
            throw CommandFailed.because("it cannot be replayed: " + CommandFailed.reason(e));
        }
    }

    private void draw(List<Outcome> outcomes) throws CommandFailed {
        if (svg != null) {
            try {
                Files.writeString(svg, CurveSvg.of(outcomes));
            } catch (IOException e) {
                throw CommandFailed.usedWrongly(List.of("--svg: " + CommandFailed.reason(e)));
            }
        }
    }

    /** What is printed. */
    private record Report(TraceReader.Read read, List<Outcome> outcomes) {
        List<String> lines() {
            Trace trace = read.trace();
            List<String> lines = new ArrayList<>();
            lines.add(
                    "%d requests for %d objects of %s"
                            .formatted(
                                    trace.requests(),
                                    trace.objects(),
                                    Numbers.size(trace.footprint())));
            if (read.skipped() > 0) {
                lines.add(read.skipped() + " lines are about requests that no cache answers");
            }
            if (read.bad() > 0) {
                lines.add(read.bad() + " lines are not understood, first " + read.firstBad());
            }
            lines.add("");
            lines.addAll(Terminal.table(rows()));
            lines.add("");
            lines.add("sample: of how many objects one was replayed, in a cache as much smaller");
            lines.add("written: bytes written to the disk for each byte requested");
            lines.add("Nothing expires here; where responses do, a cache misses more.");
            return lines;
        }

        private List<List<String>> rows() {
            List<List<String>> rows = new ArrayList<>();
            rows.add(
                    List.of(
                            "memory",
                            "disk",
                            "miss %",
                            "byte miss %",
                            "memory hit %",
                            "disk hit %",
                            "written",
                            "sample"));
            for (Outcome outcome : outcomes) {
                rows.add(
                        List.of(
                                Numbers.size(outcome.memory()),
                                outcome.disk() == 0 ? "-" : Numbers.size(outcome.disk()),
                                Numbers.decimal(outcome.missPercent()),
                                Numbers.decimal(outcome.byteMissPercent()),
                                Numbers.decimal(outcome.memoryPercent()),
                                Numbers.decimal(outcome.diskPercent()),
                                Numbers.decimal(outcome.writtenPerByte()),
                                "1/" + outcome.oneIn()));
            }
            return rows;
        }

        String json() {
            Trace trace = read.trace();
            return "{\"requests\":%d,\"objects\":%d,\"footprint\":%d,\"skipped\":%d,\"bad\":%d,\"sizes\":[%s]}"
                    .formatted(
                            trace.requests(),
                            trace.objects(),
                            trace.footprint(),
                            read.skipped(),
                            read.bad(),
                            String.join(",", outcomes.stream().map(Report::json).toList()));
        }

        private static String json(Outcome outcome) {
            return ("{\"memory\":%d,\"disk\":%d,\"sample\":%d,\"missPercent\":%s,"
                            + "\"byteMissPercent\":%s,\"memoryHits\":%d,\"diskHits\":%d,"
                            + "\"requests\":%d,\"writtenPerByte\":%s}")
                    .formatted(
                            outcome.memory(),
                            outcome.disk(),
                            outcome.oneIn(),
                            Numbers.decimal(outcome.missPercent()),
                            Numbers.decimal(outcome.byteMissPercent()),
                            outcome.memoryHits(),
                            outcome.diskHits(),
                            outcome.requests(),
                            Numbers.decimal(outcome.writtenPerByte()));
        }
    }
}
