package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.Await;
import dev.skerry.testkit.ChildJvm;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody sees who starts a node in a way that cannot work: one message, and the exit code.
 */
@Tag("slow")
final class BadInputTest {
    private static final String ORIGIN = "--origin=http://127.0.0.1:1";
    private static final String ADMIN = "--admin=127.0.0.1:0";
    private static final String LISTEN = "--listen=127.0.0.1:0";

    @TempDir private Path folder;

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertFails(
                    1, List.of(address, "in use"), "edge", ORIGIN, "--listen=" + address, ADMIN);
            assertFails(
                    1, List.of(address, "in use"), "edge", ORIGIN, LISTEN, "--admin=" + address);
        }
    }

    @Test
    void everyProblemOfASiteFileIsToldWithItsPlace() throws Exception {
        Path file =
                file("site.yaml", "site: shop\nhots: [a.example]\norigins:\n  - url: ftp://o\n");
        assertFails(
                1,
                List.of(
                        file + ":1: 'hosts' is missing",
                        file + ":2: hots: ",
                        file + ":4: origins[0].url: "),
                "edge",
                "--config=" + file,
                LISTEN,
                ADMIN);
    }

    @Test
    void everyWrongOptionIsToldWithItsName() throws Exception {
        assertFails(
                2,
                List.of("--memory: '1m'", "--origin: 'localhost:80'", "--tls-listen: 'here'"),
                "edge",
                "--memory=1m",
                "--origin=localhost:80",
                "--tls-listen=here",
                "--tls-cert=" + file("a.crt", ""),
                "--tls-key=" + file("a.key", ""));
        assertFails(
                2,
                List.of("--config: ", "there is no such file"),
                "edge",
                "--config=" + folder.resolve("none.yaml"));
    }

    @Test
    void aSettingsFileIsToldByItsLine() throws Exception {
        Path file = file("node.yaml", "listen: here\norigin: [http://127.0.0.1:1]\nmemry: 1g\n");
        assertFails(
                2,
                List.of(file + ":1: listen: 'here'", file + ":3: memry: ", "memory"),
                "edge",
                "--settings=" + file);
    }

    @Test
    void aSlipInACommandOrAnOptionIsRecognised() throws Exception {
        assertFails(2, List.of("unknown command 'edg'; did you mean edge?"), "edg");
        assertFails(
                2,
                List.of("unknown option '--orgin=http://a'; did you mean --origin?"),
                "edge",
                "--orgin=http://a");
    }

    @Test
    void aKeyThatIsNotOfItsCertificateIsRefused() throws Exception {
        PemFiles one = PemFiles.make(folder, "one");
        PemFiles other = PemFiles.make(folder, "other");
        assertFails(
                1,
                List.of(other.key().toString()),
                "edge",
                ORIGIN,
                LISTEN,
                ADMIN,
                "--tls-listen=127.0.0.1:0",
                "--tls-cert=" + one.certificate(),
                "--tls-key=" + other.key());
        assertFails(
                1,
                List.of(one.certificate().toString()),
                "edge",
                ORIGIN,
                LISTEN,
                ADMIN,
                "--tls-listen=127.0.0.1:0",
                "--tls-cert=" + one.certificate(),
                "--tls-key=" + one.certificate());
    }

    @Test
    void tlsFilesThatAreNotThereAreNamed() throws Exception {
        assertFails(
                2,
                List.of("--tls-cert: ", "--tls-key: "),
                "edge",
                ORIGIN,
                "--tls-listen=127.0.0.1:0",
                "--tls-cert=" + folder.resolve("no.crt"),
                "--tls-key=" + folder.resolve("no.key"));
    }

    @Test
    void aShieldNeedsTheKeyOfTheFleetAndOneThatIsSecret() throws Exception {
        String shield = "--shield=http://127.0.0.1:1";
        assertFails(2, List.of("--fleet-key: is missing: --shield"), "edge", shield, LISTEN, ADMIN);
        Path open = NodeProcess.fleetKey(folder, "open.key", "0");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertFails(
                1,
                List.of(open.toString(), "chmod 600"),
                "edge",
                shield,
                LISTEN,
                ADMIN,
                "--fleet-key=" + open);
    }

    @Test
    void anAdminPortOffLoopbackNeedsAToken() throws Exception {
        assertFails(
                1,
                List.of("--admin-token-file", "loopback"),
                "edge",
                ORIGIN,
                LISTEN,
                "--admin=0.0.0.0:0");
        Path empty = file("empty.token", "\n");
        assertFails(
                1,
                List.of(empty.toString(), "16 to 1024"),
                "edge",
                ORIGIN,
                LISTEN,
                "--admin=0.0.0.0:0",
                "--admin-token-file=" + empty);
    }

    @Test
    void withATokenTheAdminPortIsOpenForMetricsOnly() throws Exception {
        Path token = file("admin.token", "0123456789abcdef\n");
        Path wrong = file("wrong.token", "0123456789abcdee\n");
        try (NodeProcess edge =
                NodeProcess.start(
                        "edge",
                        "edge",
                        ORIGIN,
                        "--admin=0.0.0.0:0",
                        "--admin-token-file=" + token)) {
            String admin = "--admin=127.0.0.1:" + edge.adminPort();
            try (RawClient client = RawClient.connect(edge.adminPort())) {
                assertEquals(200, client.get("/metrics").status());
                assertEquals(200, client.get("/readyz").status());
            }
            assertEquals(1, Ran.skerry("purge", admin, "--everything").exit());
            Ran refused = Ran.skerry("purge", admin, "--everything", "--admin-token-file=" + wrong);
            assertEquals(1, refused.exit());
            assertTrue(
                    refused.err().contains("does not know the token in " + wrong), refused.err());
            assertEquals(
                    new Ran(0, "purged\n", ""),
                    Ran.skerry("purge", admin, "--everything", "--admin-token-file=" + token));
            assertFalse(edge.jvm().output().toString().contains("0123456789"));
        }
    }

    @Test
    void aStateDirectoryIsOfOneProcess() throws Exception {
        Path state = folder.resolve("a/state");
        try (NodeProcess edge = NodeProcess.start("edge", "one", ORIGIN, "--state=" + state)) {
            assertFails(
                    1,
                    List.of(state.toString(), "in use by another process"),
                    "edge",
                    ORIGIN,
                    LISTEN,
                    ADMIN,
                    "--state=" + state);
            assertTrue(edge.jvm().isAlive());
        }
        Path file = file("file", "");
        assertFails(
                2,
                List.of("--state: '" + file + "' is no directory"),
                "edge",
                ORIGIN,
                "--state=" + file);
        assertFails(
                1,
                List.of(file.toString()),
                "edge",
                ORIGIN,
                LISTEN,
                ADMIN,
                "--state=" + file.resolve("below"));
    }

    @Test
    void anOriginThatIsNotThereIsA502UntilItComes() throws Exception {
        ScriptedOrigin origin = ScriptedOrigin.start().on("/", Reply.ok().body("here"));
        origin.stop();
        try (NodeProcess edge = NodeProcess.start("edge", "edge", "--origin=" + origin.url());
                RawClient client = RawClient.connect(edge.port())) {
            assertEquals(502, client.get("/").status());
            origin.restart();
            Await.until("a 200", () -> client.get("/").status() == 200);
            assertEquals("here", client.get("/").text());
        } finally {
            origin.close();
        }
    }

    /** Runs a command that must end by itself with a message in which all of these words are. */
    private void assertFails(int exit, List<String> words, String... arguments) throws Exception {
        try (ChildJvm child = NodeProcess.run(arguments)) {
            assertEquals(exit, child.awaitExit(), () -> child.output().toString());
            List<String> output = child.awaitOutput();
            List<String> said =
                    output.stream().filter(line -> line.startsWith("skerry: ")).toList();
            for (String word : words) {
                assertTrue(String.join("\n", said).contains(word), output::toString);
            }
            assertTrue(said.size() <= words.size(), output::toString);
            assertTrue(
                    output.stream()
                            .noneMatch(
                                    line -> line.contains("Exception") || line.contains("\tat ")),
                    output::toString);
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
