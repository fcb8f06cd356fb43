package dev.skerry.proxy.log;

import dev.skerry.config.node.AccessLogTarget;
import dev.skerry.net.metrics.Metrics;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One JSON line a request, to standard output or a file. Whoever logs never waits: what the writer
 * cannot keep up with is dropped and counted.
 *
 * <p>Ask {@link #isOn} before building an entry: off costs one constant call.
 */
public sealed interface AccessLog extends AutoCloseable permits AccessLog.Off, QueuedLog {
    /** A log that drops everything. */
    AccessLog OFF = new Off();

    /** Whether entries go anywhere. */
    boolean isOn();

    /** Takes an entry; from any thread, without waiting. */
    void log(AccessEntry entry);

    /**
     * Opens the file anew before the next line, as after a rotation. A file that was moved or
     * deleted is noticed without this too.
     */
    void reopen();

    /** Writes what was taken so far, for at most a few seconds, and ends the writer. */
    @Override
    void close();

    /**
     * Opens a log.
     *
     * @param node the node's name, which every line holds
     * @throws IOException when the file cannot be opened for appending
     */
    static AccessLog open(AccessLogTarget target, String node, Metrics metrics) throws IOException {
        return switch (target) {
            case AccessLogTarget.Off() -> OFF;
            case AccessLogTarget.Stdout() ->
                    new QueuedLog(
                            node,
                            new LogSink.Stream(new FileOutputStream(FileDescriptor.out)),
                            QueuedLog.CAPACITY,
                            metrics);
            case AccessLogTarget.ToFile(Path path) ->
                    new QueuedLog(node, new LogSink.ToFile(path), QueuedLog.CAPACITY, metrics);
        };
    }

    /** Drops everything. */
    record Off() implements AccessLog {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void log(AccessEntry entry) {}

        @Override
        public void reopen() {}

        @Override
        public void close() {}
    }
}
