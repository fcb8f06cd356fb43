package dev.skerry.cli.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * How far the clocks of a process are from those of the machine: a file that both have mapped. A
 * process sees it when its {@code TimeSource} was exchanged for the one of {@link #READ}.
 */
final class Clock {
    /** The option of a JVM that names the file. */
    static final String OPTION = "skerry.history.clock";

    private static final Path SEAM =
            Path.of("cache/src/main/java/dev/skerry/cache/engine/TimeSource.java");

    /** The seam to time, with the file's two numbers added. */
    static final List<Patch> READ =
            List.of(
                    new Patch(
                            SEAM,
                            "return new TimeSource() {",
                            """
                            java.nio.MappedByteBuffer skew;
                            try (var file = java.nio.channels.FileChannel.open(
                                    java.nio.file.Path.of(System.getProperty("%s")))) {
                                skew = file.map(java.nio.channels.FileChannel.MapMode.READ_ONLY, 0, 16);
                                skew.order(java.nio.ByteOrder.nativeOrder());
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                            return new TimeSource() {
                            """
                                    .formatted(OPTION)),
                    new Patch(
                            SEAM,
                            "return System.nanoTime();",
                            "return System.nanoTime() + skew.getLong(0);"),
                    new Patch(
                            SEAM,
                            "return System.currentTimeMillis();",
                            "return System.currentTimeMillis() + skew.getLong(8);"));

    private static final int MONOTONIC = 0;
    private static final int WALL = 8;

    private final Path file;
    private final ByteBuffer skew;

    private Clock(Path file, ByteBuffer skew) {
        this.file = file;
        this.skew = skew.order(ByteOrder.nativeOrder());
    }

    /** The machine's own time. */
    static Clock at(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            return new Clock(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * Long.BYTES));
        }
    }

    /** What a JVM is told. */
    String option() {
        return "-D" + OPTION + "=" + file;
    }

    /** Sets the wall clock to this far from the machine's. */
    void wall(long millis) {
        skew.putLong(WALL, millis);
    }

    /** Moves the monotonic clock; backwards only while its process is stopped for longer. */
    void move(long nanos) {
        skew.putLong(MONOTONIC, skew.getLong(MONOTONIC) + nanos);
    }
}
