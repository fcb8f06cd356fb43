package dev.skerry.control.store.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Real members of an etcd on this machine, killed at {@link #close}. Tests that need it are skipped
 * where there is none, unless {@code SKERRY_NEEDS_ETCD} says that it has to be there.
 */
public final class EtcdServers implements AutoCloseable {
    private final Path directory;
    private final List<String> options;
    private final List<Member> members = new ArrayList<>();

    /** A member, running or not. */
    static final class Member {
        final String name;
        final int clientPort;
        final int peerPort;
        @Nullable Process process;

        Member(String name, int clientPort, int peerPort) {
            this.name = name;
            this.clientPort = clientPort;
            this.peerPort = peerPort;
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + clientPort);
        }

        void kill() {
            Process running = process;
            if (running != null) {
                running.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
                process = null;
            }
        }
    }

    private EtcdServers(Path directory, List<String> options) {
        this.directory = directory;
        this.options = options;
    }

    /** Starts members that know each other. */
    static EtcdServers start(int count, String... options) throws Exception {
        assumeThere();
        EtcdServers servers =
                new EtcdServers(Files.createTempDirectory("skerry-etcd"), List.of(options));
        int[] ports = freePorts(2 * count);
        for (int i = 0; i < count; i++) {
            servers.members.add(new Member("m" + i, ports[2 * i], ports[2 * i + 1]));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(servers::closeQuietly));
        for (Member member : servers.members) {
            servers.launch(member);
        }
        for (Member member : servers.members) {
            servers.awaitHealthy(member);
        }
        return servers;
    }

    /** Skips a test where there is no etcd. */
    public static void assumeThere() {
        boolean there =
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
        String missing = "there is no etcd: apt-get install etcd-server etcd-client";
        assertTrue(there || System.getenv("SKERRY_NEEDS_ETCD") == null, missing);
        Assumptions.assumeTrue(there, missing);
    }

    /** Starts a member, again if it was killed; it keeps what it had. */
    void launch(Member member) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "etcd",
                                "--name=" + member.name,
                                "--data-dir=" + directory.resolve(member.name),
                                "--listen-client-urls=" + member.uri(),
                                "--advertise-client-urls=" + member.uri(),
                                "--listen-peer-urls=" + peer(member),
                                "--initial-advertise-peer-urls=" + peer(member),
                                "--initial-cluster=" + cluster(),
                                "--heartbeat-interval=50",
                                "--election-timeout=500"));
        command.addAll(options);
        member.process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(member.name + ".log").toFile())
                        .start();
    }

    void awaitHealthy(Member member) throws Exception {
        Await.until(
                "etcd " + member.name + " is healthy",
                () -> ctl(member, "endpoint", "health") == 0);
    }

    /** Runs etcdctl against a member. */
    int ctl(Member member, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + member.uri()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("ctl.log").toFile());
        builder.environment().put("ETCDCTL_API", "3");
        Process process = builder.start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return process.exitValue();
    }

    /** Who leads now. */
    Member leader() throws Exception {
        Member[] leader = new Member[1];
        Await.until(
                "there is a leader",
                () -> {
                    for (Member member : members) {
                        String status = ask(member, "/v3/maintenance/status", "{}");
                        String own = group(status, "\"member_id\":\"(\\d+)\"");
                        if (own != null && own.equals(group(status, "\"leader\":\"(\\d+)\""))) {
                            leader[0] = member;
                        }
                    }
                    return leader[0] != null;
                });
        return leader[0];
    }

    /** Compacts away all that was before now. */
    void compact() throws Exception {
        Member member = members.getFirst();
        String revision =
                group(ask(member, "/v3/kv/range", "{\"key\":\"AA==\"}"), "\"revision\":\"(\\d+)\"");
        assertEquals(0, ctl(member, "compact", String.valueOf(revision)));
    }

    private static @Nullable String group(String text, String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    private static String ask(Member member, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(member.uri().resolve(path))
                                    .timeout(Duration.ofSeconds(10))
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    List<Member> members() {
        return members;
    }

    List<URI> uris() {
        return members.stream().map(Member::uri).toList();
    }

    /** Options for a store that nobody else uses. */
    public EtcdOptions fresh() {
        return at(UUID.randomUUID() + "/");
    }

    public EtcdOptions at(String prefix) {
        return new EtcdOptions(uris(), null, null, null, prefix);
    }

    private String cluster() {
        return String.join(
                ",", members.stream().map(member -> member.name + "=" + peer(member)).toList());
    }

    private static String peer(Member member) {
        return "http://127.0.0.1:" + member.peerPort;
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return IntStream.range(0, count).map(i -> sockets.get(i).getLocalPort()).toArray();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        members.forEach(Member::kill);
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
