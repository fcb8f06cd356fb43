package dev.skerry.cli.fleet;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;

/** A process of the fleet, which keeps its ports when it is started again. */
public final class Member implements AutoCloseable {
    private static final String MAIN = "dev.skerry.cli.Main";

    private final HttpClient client;
    private final String name;
    private final String role;
    private final List<String> options;
    private final Product product;
    private ChildJvm jvm;
    private int port;
    private int adminPort;

    /** Whether clients may see it fail now: it is dead, or not ready yet. */
    private volatile boolean down = true;

    private Member(
            HttpClient client, String name, String role, List<String> options, Product product)
            throws Exception {
        this.client = client;
        this.name = name;
        this.role = role;
        this.options = List.copyOf(options);
        this.product = product;
        this.jvm = launch();
    }

    /**
     * What it runs.
     *
     * @param classes folders whose classes take the place of the product's
     * @param jvmOptions besides those of every member
     */
    public record Product(List<Path> classes, List<String> jvmOptions) {
        /** The product as it is. */
        public static final Product AS_IT_IS = new Product(List.of(), List.of());
    }

    /** Starts a member and waits until it is ready. */
    static Member start(HttpClient client, String name, String role, List<String> options)
            throws Exception {
        return start(client, name, role, options, Product.AS_IT_IS);
    }

    /** The same, of another product. */
    public static Member start(
            HttpClient client, String name, String role, List<String> options, Product product)
            throws Exception {
        Member member = new Member(client, name, role, options, product);
        try {
            member.awaitReady();
            return member;
        } catch (AssertionError | Exception e) {
            member.close();
            throw e;
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Where clients are served. */
    public int port() {
        return port;
    }

    /** Of the control plane, its API's. */
    public int adminPort() {
        return adminPort;
    }

    /** Whether clients may see it fail now. */
    public boolean down() {
        return down;
    }

    /** SIGKILL; returns when it is dead. */
    public void kill() throws InterruptedException {
        down = true;
        jvm.kill9();
    }

    /** SIGSTOP, until {@link #thaw}. */
    public void freeze() throws Exception {
        down = true;
        jvm.freeze();
    }

    /** Lets it go on. */
    public void thaw() throws Exception {
        jvm.thaw();
    }

    /** SIGTERM, without waiting. */
    public void terminate() {
        jvm.terminate();
    }

    /** Whether its process runs. */
    public boolean alive() {
        return jvm.isAlive();
    }

    /** Waits for its process to end; the exit code. */
    public int awaitExit() throws InterruptedException {
        return jvm.awaitExit();
    }

    /** Starts it again where it was, without waiting. */
    public void launchAgain() throws Exception {
        jvm.close();
        jvm = launch();
    }

    /** Starts it again where it was, and waits until it is ready. */
    public void startAgain() throws Exception {
        launchAgain();
        awaitReady();
    }

    /** Waits until it is ready; from then on it may not fail. */
    public void awaitReady() throws Exception {
        Await.until(name + " is ready", this::comesReady, () -> String.join("\n", jvm.output()));
    }

    /** Whether it is ready now; from then on it may not fail. */
    public boolean comesReady() throws InterruptedException {
        boolean ready = get("/readyz") == 200;
        down &= !ready;
        return ready;
    }

    /** What it printed since it was started last. */
    public List<String> output() {
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
        ChildJvm.Builder builder = ChildJvm.of(MAIN);
        product.classes().forEach(builder::classesFirst);
        ChildJvm started =
                builder.jvmArgs(product.jvmOptions().toArray(String[]::new))
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
