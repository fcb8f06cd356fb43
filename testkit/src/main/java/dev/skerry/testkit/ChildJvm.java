package dev.skerry.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real child process: a JVM on the class path of this test. It is killed at {@link #close}, and
 * when this JVM exits.
 */
public final class ChildJvm implements AutoCloseable {
    private static final int KEPT_LINES = 10_000;

    private final Process process;
    private final Thread hook;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private int openStreams = 2;

    private ChildJvm(Process process) {
        this.process = process;
        this.hook = new Thread(process::destroyForcibly, "kill child " + process.pid());
        Runtime.getRuntime().addShutdownHook(hook);
        collect(process.getInputStream(), "stdout");
        collect(process.getErrorStream(), "stderr");
    }

    /** A child that will run the {@code main} method of this class. */
    public static Builder of(String mainClass) {
        return new Builder(mainClass);
    }

    /**
     * Waits for a line of either stream in which the pattern is found, also among earlier ones.
     *
     * @throws AssertionError after 30 seconds, or when the child ends without such a line
     */
    public MatchResult awaitLine(String regex) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long left = Limits.WAIT.toNanos();
        lock.lock();
        try {
            for (int seen = 0; ; ) {
                for (; seen < lines.size(); seen++) {
                    Matcher matcher = pattern.matcher(lines.get(seen));
                    if (matcher.find()) {
                        return matcher.toMatchResult();
                    }
                }
                if (openStreams == 0 || left <= 0) {
                    throw new AssertionError(
                            (left <= 0 ? "no line in time" : "the child ended without a line")
                                    + " that matches "
                                    + regex
                                    + "; it printed:\n"
                                    + String.join("\n", lines));
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A port number: the first group of the first line that matches. */
    public int awaitPort(String regex) throws InterruptedException {
        return Integer.parseInt(awaitLine(regex).group(1));
    }

    /** What the child printed so far on both streams, up to 10,000 lines. */
    public List<String> output() {
        lock.lock();
        try {
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Everything that the child printed, once it has ended.
     *
     * @throws AssertionError after 30 seconds
     */
    public List<String> awaitOutput() throws InterruptedException {
        awaitExit();
        long left = Limits.WAIT.toNanos();
        lock.lock();
        try {
            while (openStreams > 0) {
                if (left <= 0) {
                    throw new AssertionError("the child ended, but not its output: " + lines);
                }
                left = changed.awaitNanos(left);
            }
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill9() throws InterruptedException {
        // Process.destroyForcibly() would close the streams as well, and lose the last lines.
        process.toHandle().destroyForcibly();
        awaitExit();
    }

    /** Sends SIGTERM; see {@link #awaitExit}. */
    public void terminate() {
        // Not of the process, as in kill9: what a drain prints would be lost.
        process.toHandle().destroy();
    }

    /** Sends SIGSTOP: it does nothing more, and its connections stay open. */
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Lets it go on after {@link #freeze}. */
    public void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", name, Long.toString(pid())).start();
        if (!kill.waitFor(Limits.WAIT.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill " + name + " " + pid() + " failed");
        }
    }

    /**
     * Waits for the end and returns the exit code (128 + the signal's number if one ended it).
     *
     * @throws AssertionError after 30 seconds
     */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(Limits.WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(
                    "child " + process.pid() + " did not end; it printed:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(Limits.WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This JVM is exiting: the hook runs, and finds the child dead.
        }
    }

    private void collect(InputStream stream, String name) {
        Thread.ofVirtual()
                .name("child " + process.pid() + " " + name)
                .start(() -> {
                    try (BufferedReader reader =
                            new BufferedReader(
                                    new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line = reader.readLine();
                                line != null;
                                line = reader.readLine()) {
                            printed(line);
                        }
                    } catch (IOException e) {
                        // The stream broke with the child.
                    } finally {
                        printed(null);
                    }
                });
    }

    private void printed(@Nullable String line) {
        lock.lock();
        try {
            if (line == null) {
                openStreams--;
            } else if (lines.size() < KEPT_LINES) {
                lines.add(line);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How a child is started. */
    public static final class Builder {
        private final String mainClass;
        private final List<String> jvmArguments = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final ProcessBuilder builder = new ProcessBuilder();
        private final StringBuilder classPath = new StringBuilder();

        private Builder(String mainClass) {
            this.mainClass = mainClass;
        }

        /** Appends arguments of the program. */
        public Builder args(String... more) {
            arguments.addAll(List.of(more));
            return this;
        }

        /** Appends options of the JVM. */
        public Builder jvmArgs(String... more) {
            jvmArguments.addAll(List.of(more));
            return this;
        }

        /** Classes in a folder that take the place of those of this test. */
        public Builder classesFirst(Path folder) {
            classPath.append(folder).append(File.pathSeparator);
            return this;
        }

        /** Sets an environment variable. */
        public Builder env(String name, String value) {
            Map<String, String> environment = builder.environment();
            environment.put(name, value);
            return this;
        }

        /** The working directory. */
        public Builder directory(Path directory) {
            builder.directory(directory.toFile());
            return this;
        }

        /** Starts the child. */
        public ChildJvm start() throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmArguments);
            command.add("-cp");
            command.add(classPath + System.getProperty("java.class.path"));
            command.add(mainClass);
            command.addAll(arguments);
            return new ChildJvm(builder.command(command).start());
        }
    }
}
