package dev.skerry.cli.fleet;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;

/** A process of the fleet, which keeps its ports when it is started again. */
final class Member implements AutoCloseable {
    private static final String MAIN = "dev.skerry.cli.Main";

    private final HttpClient client;
    private final String name;
    private final String role;
    private final List<String> options;
    private ChildJvm jvm;
    private int port;
    private int adminPort;

    /** Whether clients may see it fail now: it is dead, or not ready yet. */
    private volatile boolean down = true;

    private Member(HttpClient client, String name, String role, List<String> options)
            throws Exception {
        this.client = client;
        this.name = name;
        this.role = role;
        this.options = List.copyOf(options);
        this.jvm = launch();
    }

    /** Starts a member and waits until it is ready. */
    static Member start(HttpClient client, String name, String role, List<String> options)
            throws Exception {
        Member member = new Member(client, name, role, options);
        try {
            member.awaitReady();
            return member;
        } catch (AssertionError | Exception e) {
            member.close();
            throw e;
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Of the control plane, its API's. */
    int adminPort() {
        return adminPort;
    }

    boolean down() {
        return down;
    }

    /** SIGKILL; returns when it is dead. */
    void kill() throws InterruptedException {
        down = true;
        jvm.kill9();
    }

    /** SIGSTOP, until {@link #thaw}. */
    void freeze() throws Exception {
        down = true;
        jvm.freeze();
    }

    /** Lets it go on. */
    void thaw() throws Exception {
        jvm.thaw();
    }

    /** SIGTERM, without waiting. */
    void terminate() {
        jvm.terminate();
    }

    /** Whether its process runs. */
    boolean alive() {
        return jvm.isAlive();
    }

    /** Waits for its process to end; the exit code. */
    int awaitExit() throws InterruptedException {
        return jvm.awaitExit();
    }

    /** Starts it again where it was, without waiting. */
    void launchAgain() throws Exception {
        jvm.close();
        jvm = launch();
    }

    /** Starts it again where it was, and waits until it is ready. */
    void startAgain() throws Exception {
        launchAgain();
        awaitReady();
    }

    /** Waits until it is ready; from then on it may not fail. */
    void awaitReady() throws Exception {
        Await.until(
                name + " is ready",
                () -> get("/readyz") == 200,
                () -> String.join("\n", jvm.output()));
        down = false;
    }

    List<String> output() {
        return jvm.output();
    }

    @Override
    public void close() {
        down = true;
        jvm.close();
    }

    private int get(String path) throws InterruptedException {
        try {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + adminPort + path))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private ChildJvm launch() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(role, "--listen=127.0.0.1:" + port));
        if (!role.equals("control")) {
            arguments.addAll(
                    List.of("--name=" + name, "--memory=64m", "--admin=127.0.0.1:" + adminPort));
        }
        arguments.addAll(options);
        ChildJvm started =
                ChildJvm.of(MAIN)
                        .jvmArgs(
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow")
                        .args(arguments.toArray(String[]::new))
                        .start();
        try {
            if (role.equals("control")) {
                port = started.awaitPort("http://127.0.0.1:(\\d+)");
                adminPort = port;
            } else {
                MatchResult serves =
                        started.awaitLine("serves http://[^ ]*:(\\d+).* admin http://.*:(\\d+)");
                port = Integer.parseInt(serves.group(1));
                adminPort = Integer.parseInt(serves.group(2));
            }
            return started;
        } catch (AssertionError | Exception e) {
            started.close();
            throw e;
        }
    }
}
