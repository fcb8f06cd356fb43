package dev.skerry.cli.history;

import dev.skerry.cli.fleet.Member;
import dev.skerry.testkit.CuttableWire;
import dev.skerry.testkit.UnreliableWire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Control plane, shield and two edges as processes of their own, with a piece of network between
 * any two that talk, and clocks of their own if the product reads them. The first edge follows the
 * control plane, the second the shield's relay, and the control plane only after it.
 */
final class Fleet implements AutoCloseable {
    /** How long a node that comes back waits for the control plane. */
    private static final String CONTROL_WAIT = "2s";

    private final Path folder;
    private final Recorder recorder;
    private final List<Path> classes;
    private final boolean thorough;
    private final long seed;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Map<String, CuttableWire> wires = new LinkedHashMap<>();
    private final Map<String, UnreliableWire> unreliable = new LinkedHashMap<>();
    private final Map<String, Clock> clocks = new LinkedHashMap<>();
    private final HttpClient client;
    private final Member control;
    private final Member shield;
    private final Member first;
    private final Member second;

    /**
     * Starts it.
     *
     * @param folder for all that it keeps
     * @param classes folders of classes that take the place of the product's
     * @param thorough whether they read {@link Clock}, and there is a piece of network between
     *     edges and shield: a shield that is dead then resets connections instead of refusing them,
     *     and edges repeat not all of such requests
     */
    Fleet(
            Path folder,
            Recorder recorder,
            Origin origin,
            List<Path> classes,
            boolean thorough,
            long seed)
            throws Exception {
        this.folder = folder;
        this.recorder = recorder;
        this.classes = List.copyOf(classes);
        this.thorough = thorough;
        this.seed = seed;
        this.client = later(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        try {
            control = start("control", "control", List.of("--data=" + data()));
            shield = node("shield-1", "shield", List.of(controlOf("shield-1")));
            first =
                    node(
                            "edge-1",
                            "edge",
                            List.of(shieldOf("edge-1"), controlOf("edge-1"), disk("edge-1")));
            second =
                    node(
                            "edge-2",
                            "edge",
                            List.of(
                                    shieldOf("edge-2"),
                                    "--control=" + unreliable("edge-2-relay", shield.adminPort()),
                                    controlOf("edge-2"),
                                    disk("edge-2")));
            String toOrigin = wire("origin", origin.port());
            for (Site site : Site.values()) {
                apply(site, URI.create(toOrigin).getPort());
            }
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    Recorder recorder() {
        return recorder;
    }

    HttpClient client() {
        return client;
    }

    /** The control plane's. */
    String api() {
        return "http://127.0.0.1:" + control.port();
    }

    String adminToken() {
        try {
            return Files.readString(data().resolve("admin.token")).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The control plane's data directory. */
    Path data() {
        return folder.resolve("control");
    }

    Member control() {
        return control;
    }

    Member shield() {
        return shield;
    }

    Member first() {
        return first;
    }

    Member second() {
        return second;
    }

    List<Member> edges() {
        return List.of(first, second);
    }

    /** Those that follow the control plane. */
    List<Member> nodes() {
        return List.of(shield, first, second);
    }

    /** All pieces of network, by who begins to talk: {@code shield-1-control}. */
    Map<String, CuttableWire> wires() {
        return wires;
    }

    CuttableWire wire(String name) {
        CuttableWire wire = wires.get(name);
        if (wire == null) {
            throw new IllegalArgumentException(name);
        }
        return wire;
    }

    /** Those that know messages, which lie behind the others of the same name. */
    Map<String, UnreliableWire> unreliable() {
        return unreliable;
    }

    /** The clocks of nodes; empty when they are the machine's. */
    Map<String, Clock> clocks() {
        return clocks;
    }

    /** What every member printed last, for who has to find out. */
    Map<String, List<String>> output() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Member member : List.of(control, shield, first, second)) {
            all.put(member.name(), member.output());
        }
        return all;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Member node(String name, String role, List<String> upstream) throws Exception {
        List<String> options = new ArrayList<>(upstream);
        options.add("--fleet-key=" + fleetKey());
        options.add("--token=" + data().resolve("node.token"));
        options.add("--state=" + folder.resolve(name));
        options.add("--control-wait=" + CONTROL_WAIT);
        options.add("--drain-timeout=2s");
        return start(name, role, options);
    }

    private Member start(String name, String role, List<String> options) throws Exception {
        List<String> jvm = new ArrayList<>();
        if (thorough) {
            Clock clock = Clock.at(folder.resolve(name + ".clock"));
            clocks.put(name, clock);
            jvm.add(clock.option());
        }
        return later(Member.start(client, name, role, options, new Member.Product(classes, jvm)));
    }

    private String disk(String name) {
        return "--disk=" + folder.resolve(name + "-disk") + ":64m";
    }

    private String shieldOf(String name) throws IOException {
        return "--shield="
                + (thorough
                        ? wire(name + "-shield", shield.port())
                        : "http://127.0.0.1:" + shield.port());
    }

    private String controlOf(String name) throws IOException {
        return "--control=" + unreliable(name + "-control", control.port());
    }

    private String unreliable(String name, int port) throws IOException {
        UnreliableWire behind = later(UnreliableWire.to(port, seed + unreliable.size() * 31L));
        unreliable.put(name, behind);
        return wire(name, behind.port());
    }

    private String wire(String name, int port) throws IOException {
        CuttableWire wire = later(CuttableWire.to(port));
        wires.put(name, wire);
        return "http://127.0.0.1:" + wire.port();
    }

    private Path fleetKey() throws IOException {
        Path file = folder.resolve("fleet.key");
        if (!Files.exists(file)) {
            Files.writeString(file, "0123456789abcdef".repeat(4));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return file;
    }

    private void apply(Site site, int originPort) throws Exception {
        HttpResponse<String> applied =
                client.send(
                        HttpRequest.newBuilder(URI.create(api() + "/v1/sites/" + site.id()))
                                .timeout(Duration.ofSeconds(10))
                                .header("Authorization", "Bearer " + adminToken())
                                .header("Content-Type", "application/yaml")
                                .PUT(HttpRequest.BodyPublishers.ofString(site.document(originPort)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (applied.statusCode() / 100 != 2) {
            throw new AssertionError(applied.body());
        }
        for (Member edge : edges()) {
            Readers.awaitServed(client, edge, site.items(1).getFirst());
        }
    }

    private <T extends AutoCloseable> T later(T part) {
        parts.push(part);
        return part;
    }
}
