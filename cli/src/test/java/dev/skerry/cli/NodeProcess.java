package dev.skerry.cli;

import dev.skerry.testkit.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;

/** An edge or a shield in a process of its own, as {@code skerry} runs it. */
final class NodeProcess implements AutoCloseable {
    private final ChildJvm jvm;
    private final int port;
    private final int adminPort;

    private NodeProcess(ChildJvm jvm) throws InterruptedException {
        this.jvm = jvm;
        MatchResult serves = jvm.awaitLine("serves http://[^ ]*:(\\d+).* admin http://.*:(\\d+)");
        this.port = Integer.parseInt(serves.group(1));
        this.adminPort = Integer.parseInt(serves.group(2));
    }

    /** Starts a node on ports of its choice; returns when it serves. */
    static NodeProcess start(String role, String name, String... options) throws Exception {
        return startOn(0, role, name, options);
    }

    /** Starts a node on a port that one before it had. */
    static NodeProcess startOn(int port, String role, String name, String... options)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                role,
                                "--name=" + name,
                                "--listen=127.0.0.1:" + port,
                                "--memory=64m"));
        arguments.addAll(List.of(options));
        if (arguments.stream().noneMatch(option -> option.startsWith("--admin="))) {
            arguments.add("--admin=127.0.0.1:0");
        }
        ChildJvm jvm = run(arguments.toArray(String[]::new));
        try {
            return new NodeProcess(jvm);
        } catch (AssertionError | InterruptedException e) {
            jvm.close();
            throw e;
        }
    }

    /** Starts {@code skerry} with these arguments. */
    static ChildJvm run(String... arguments) throws IOException {
        return ChildJvm.of(Main.class.getName())
                .jvmArgs(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-XX:+UseCompactObjectHeaders",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                .args(arguments)
                .start();
    }

    /** A key file as a fleet needs it. */
    static Path fleetKey(Path folder, String name, String hexDigit) throws IOException {
        String key = (hexDigit + "123456789abcdef").repeat(4);
        Path file = Files.writeString(folder.resolve(name), key);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Where clients are served. */
    int port() {
        return port;
    }

    /** Where clients are served. */
    String url() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
    }

    /** The admin port. */
    String admin() {
        return "127.0.0.1:" + adminPort;
    }

    int adminPort() {
        return adminPort;
    }

    ChildJvm jvm() {
        return jvm;
    }

    /** SIGKILL; returns when it is dead. */
    void kill9() throws InterruptedException {
        jvm.kill9();
    }

    @Override
    public void close() {
        jvm.close();
    }
}
