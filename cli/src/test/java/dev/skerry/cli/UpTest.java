package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.ChildJvm;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skerry up} as a user has it: in a process, and with a shell. */
@Tag("slow")
final class UpTest {
    @TempDir Path folder;

    @Test
    void everyCommandThatItPrintsDoesWhatItSays() throws Exception {
        try (ChildJvm up = start(ports())) {
            List<String> commands = commands(up);

            String twice = shell(commands.get(0));
            assertTrue(twice.contains("fwd=uri-miss") || twice.contains("fwd=miss"), twice);
            assertTrue(twice.contains("edge-1; hit"), twice);
            List<String> texts = twice.lines().filter(l -> l.startsWith("Observation")).toList();
            assertEquals(2, texts.size(), twice);
            assertEquals(texts.get(0), texts.get(1));

            String purged = shell(commands.get(1));
            assertTrue(purged.contains("edge-1") && purged.contains("edge-2"), purged);
            assertTrue(purged.contains("shield"), purged);

            String again = shell(commands.get(2));
            assertTrue(again.contains("detail=purged") || again.contains("fwd="), again);

            String redirected = shell(commands.get(3));
            List<String> places = redirected.lines().toList();
            assertTrue(
                    places.get(0).matches("141.20.5.1 goes to http://127.0.0.1:\\d+/news"),
                    redirected);
            assertTrue(
                    places.get(1).matches("8.8.8.8 goes to http://127.0.0.1:\\d+/news"),
                    redirected);
            assertTrue(
                    !places.get(0)
                            .substring(places.get(0).indexOf("http"))
                            .equals(places.get(1).substring(places.get(1).indexOf("http"))),
                    redirected);

            assertTrue(shell(commands.get(4)).contains("skerry_http_requests_total{"));
        }
    }

    @Test
    void aSignalDrainsItAndAnotherStartTakesUpWhereItEnded() throws Exception {
        List<Integer> ports = ports();
        try (ChildJvm up = start(ports)) {
            commands(up);
            up.terminate();
            assertEquals(0, up.awaitExit());
        }
        try (ChildJvm up = start(ports)) {
            shell(commands(up).get(0));
            up.terminate();
            assertEquals(0, up.awaitExit());
        }
    }

    @Test
    void aSecondProcessOnTheSameFolderSaysSo() throws Exception {
        try (ChildJvm first = start(ports())) {
            commands(first);
            try (ChildJvm second = start(ports())) {
                assertEquals(1, second.awaitExit());
                String said = String.join("\n", second.awaitOutput());
                assertTrue(said.contains("skerry: ") && said.contains(folder.toString()), said);
            }
        }
    }

    @Test
    void aPortInUseIsNamedAndNothingIsLeftRunning() throws Exception {
        List<Integer> ports = ports();
        try (ServerSocket taken =
                new ServerSocket(ports.get(4), 1, InetAddress.getLoopbackAddress())) {
            try (ChildJvm up = start(ports)) {
                assertEquals(1, up.awaitExit());
                String said = String.join("\n", up.awaitOutput());
                assertTrue(
                        said.contains("cannot listen on 127.0.0.1:" + taken.getLocalPort()), said);
            }
        }
    }

    @Test
    void anOriginOfTheUsersOwnIsServed() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start()) {
            origin.on(any -> true, any -> Reply.ok().body("mine"));
            List<Integer> ports = ports();
            try (ChildJvm up = start(ports, "--origin=" + origin.url())) {
                commands(up);
                try (RawClient client = RawClient.connect(ports.get(3))) {
                    assertEquals("mine", client.get("/").text());
                }
            }
        }
    }

    private ChildJvm start(List<Integer> ports, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("up", "--data=" + folder.resolve("data")));
        List<String> names = List.of("control", "router", "shield", "edge-1", "edge-2");
        for (int i = 0; i < names.size(); i++) {
            arguments.add("--" + names.get(i) + "=127.0.0.1:" + ports.get(i));
        }
        arguments.addAll(List.of(more));
        return NodeProcess.run(arguments.toArray(String[]::new));
    }

    /** The commands that it printed, once it is up. */
    private static List<String> commands(ChildJvm up) throws InterruptedException {
        up.awaitLine("Skerry is up");
        up.awaitLine("skerry_http_requests_total");
        return up.output().stream()
                .filter(line -> line.startsWith("   ") && !line.startsWith("    "))
                .map(String::strip)
                .toList();
    }

    /** Pastes a command into a shell, where {@code ./skerry} is what is being tested. */
    private String shell(String command) throws Exception {
        Path script = folder.resolve("paste.sh");
        String skerry =
                System.getProperty("java.home")
                        + "/bin/java -XX:TieredStopAtLevel=1 -cp "
                        + System.getProperty("java.class.path")
                        + " "
                        + Main.class.getName();
        Files.writeString(script, command.replace("./skerry", skerry));
        Path out = folder.resolve("paste.out");
        Process shell =
                new ProcessBuilder("sh", script.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertTrue(shell.waitFor(60, TimeUnit.SECONDS), command);
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertEquals(0, shell.exitValue(), command + "\n" + said);
        return said;
    }

    /** Free a moment ago, and with free ports 1000 above. */
    private static List<Integer> ports() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            while (ports.size() < 5) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                if (socket.getLocalPort() < 64_000) {
                    ports.add(socket.getLocalPort());
                }
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }
}
