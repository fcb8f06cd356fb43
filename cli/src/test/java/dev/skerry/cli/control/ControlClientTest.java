package dev.skerry.cli.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.message.CommandFailed;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How a control plane is found, asked, and quoted when it refuses. */
@Tag("slow")
final class ControlClientTest {
    private static final String SECRET = "s3cret-0123456789";

    @TempDir private Path folder;
    private final ScriptedOrigin server = ScriptedOrigin.start();

    /** A command that takes the options and does nothing. */
    @Command(name = "straw")
    private static final class Straw {
        @Mixin private ControlOptions control = new ControlOptions();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void optionsGoBeforeVariablesAndVariablesBeforeDefaults() throws Exception {
        Path file = token("a.token");
        Map<String, String> variables =
                Map.of("SKERRY_CONTROL", " https://c.example ", "SKERRY_TOKEN", file.toString());
        assertEquals("http://127.0.0.1:9000", base(Map.of()));
        assertEquals("https://c.example", base(variables));
        assertEquals("http://127.0.0.1:1", base(variables, "--control", "127.0.0.1:1"));
        assertEquals("http://[::1]:1", base(variables, "--control=http://[::1]:1/"));
    }

    @Test
    void aTokenIsSentToWhereItIsSafeOnly() throws Exception {
        server.on("/v1/status", Reply.ok().body("{}"));
        Path file = token("a.token");
        try (ControlClient client = client(Map.of(), "--token=" + file)) {
            client.fetch(ControlRequest.get("/v1/status"));
        }
        assertEquals("Bearer " + SECRET, server.awaitRequest(0).field("Authorization"));
        try (ControlClient client = client(Map.of("SKERRY_TOKEN", file.toString()))) {
            client.fetch(ControlRequest.get("/v1/status"));
        }
        assertEquals("Bearer " + SECRET, server.awaitRequest(1).field("Authorization"));
        try (ControlClient client = client(Map.of())) {
            client.fetch(ControlRequest.get("/v1/status"));
        }
        assertNull(server.awaitRequest(2).field("Authorization"));

        for (String host : List.of("localhost", "127.0.0.2", "[::1]")) {
            assertEquals(
                    "http://" + host,
                    base(Map.of(), "--control=http://" + host, "--token=" + file));
        }
        for (String host : List.of("control.example", "10.0.0.1", "[fe80::1]", "127.0.0.1.ex")) {
            CommandFailed refused =
                    assertThrows(
                            CommandFailed.class,
                            () -> base(Map.of(), "--control=http://" + host, "--token=" + file));
            assertEquals(2, refused.exitCode());
            assertTrue(refused.toString().contains("unencrypted"), refused.toString());
            assertEquals(
                    "https://" + host,
                    base(Map.of(), "--control=https://" + host, "--token=" + file));
        }
    }

    @Test
    void anAddressThatIsNoneIsUsedWrongly() {
        for (String url :
                List.of("ftp://h", "http://", "a b", "http://h:port", "http://u@h", "http://h/p")) {
            CommandFailed wrong =
                    assertThrows(CommandFailed.class, () -> base(Map.of(), "--control", url));
            assertEquals(2, wrong.exitCode(), url);
            assertTrue(wrong.toString().contains("--control '" + url + "'"), wrong.toString());
        }
    }

    @Test
    void aFileWithoutATokenIsUsedWronglyAndNamed() throws Exception {
        Path two = Files.writeString(folder.resolve("two"), "a b");
        Path longest = Files.writeString(folder.resolve("longest"), "t".repeat(1024) + "\n");
        Path tooLong = Files.writeString(folder.resolve("long"), "t".repeat(1025));
        Path none = folder.resolve("none");
        base(Map.of(), "--token=" + longest);
        for (Path file : List.of(two, tooLong, none, folder)) {
            CommandFailed wrong =
                    assertThrows(CommandFailed.class, () -> base(Map.of(), "--token=" + file));
            assertEquals(2, wrong.exitCode(), file.toString());
            assertTrue(wrong.toString().contains(": --token: "), wrong.toString());
            assertTrue(wrong.toString().contains(file.toString()), wrong.toString());
        }
        assertThrows(
                CommandFailed.class, () -> base(Map.of(), "--ca=" + none, "--token=" + longest));
    }

    @Test
    void whoeverIsNotThereIsMissedWithWhatToStart() throws Exception {
        server.stop();
        String refused = failure();
        assertTrue(refused.startsWith(server.url() + ": nothing answers there"), refused);
        assertTrue(refused.contains("./skerry control"), refused);
    }

    @Test
    void aNameThatIsNoneIsSaidToBeNone() throws Exception {
        try (ControlClient client = client("--control=http://no-such-host.invalid", Map.of())) {
            CommandFailed failed =
                    assertThrows(
                            CommandFailed.class,
                            () -> client.fetch(ControlRequest.get("/v1/status")));
            assertEquals(
                    List.of("http://no-such-host.invalid: there is no such host"),
                    failed.messages());
        }
    }

    @Test
    void anUnknownTokenIsNamedByItsFileAndNeverShown() throws Exception {
        server.always(problem(401, "{\"detail\":\"unknown token\"}"));
        Path file = token("a.token");
        assertEquals(
                server.url() + " does not know the token in " + file, failure("--token=" + file));
        assertTrue(failure().contains("give --token FILE"), failure());
    }

    @Test
    void whatATokenMayNotIsSaidInTheControlPlanesWords() throws Exception {
        server.always(problem(403, "{\"detail\":\"'ci' may not configure shop\"}"));
        Path file = token("a.token");
        assertEquals(
                "the token in " + file + " may not: 'ci' may not configure shop",
                failure("--token=" + file));
        assertEquals(server.url() + " refuses: 'ci' may not configure shop", failure());
    }

    @Test
    void whatIsNotThereIsToldApartFromAServerThatIsNoControlPlane() throws Exception {
        server.always(problem(404, "{\"title\":\"No such site\",\"detail\":\"no site 'shop'\"}"));
        assertEquals("no site 'shop'", failure());
        server.always(Reply.status(404).field("Content-Type", "text/html").body("<html>"));
        assertEquals(server.url() + ": there is no such path; is this a control plane?", failure());
    }

    @Test
    void aVersionThatHasMovedOnIsSaidToHave() throws Exception {
        server.always(problem(412, "{\"detail\":\"site 'shop' has version 4\"}"));
        assertEquals("somebody was faster: site 'shop' has version 4", failure());
    }

    @Test
    void everyProblemOfADocumentIsALineWithItsPlace() throws Exception {
        server.always(
                problem(
                        400,
                        """
                        {"title":"Bad","status":400,"detail":"two","errors":[
                         {"pointer":"/urls/0","detail":"is a string"},
                         {"severity":"warning","path":"rules[0]","line":3,"message":"a\\u001bb"},
                         {"pointer":"","detail":"whole"}]}
                        """));
        assertEquals("/urls/0: is a string\nwarning: rules[0]: a?b\nwhole", failure());
    }

    @Test
    void aFailureOfTheServerIsToldWithItsCodeAndWithinBounds() throws Exception {
        server.always(problem(503, "{\"detail\":\"the disk is full\"}"));
        assertEquals(server.url() + " answered 503: the disk is full", failure());
        server.always(Reply.status(500).body("x".repeat(600)));
        assertEquals(server.url() + " answered 500: " + "x".repeat(500) + "…", failure());
        server.always(Reply.status(500));
        assertEquals(server.url() + " answered 500: without a reason", failure());
    }

    @Test
    void whatDoesNotSpeakHttpMakesNoSense() throws Exception {
        server.always(Reply.raw("SSH-2.0-x\r\n").close());
        assertTrue(
                failure().startsWith(server.url() + ": no answer that makes sense ("), failure());
    }

    @Test
    void tlsWithAnUnknownCertificateNamesTheOption() throws Exception {
        String failure;
        try (ControlClient client =
                client("--control=https://127.0.0.1:" + server.port(), Map.of())) {
            server.always(Reply.raw("no TLS at all").close());
            CommandFailed failed =
                    assertThrows(
                            CommandFailed.class,
                            () -> client.fetch(ControlRequest.get("/v1/status")));
            failure = failed.messages().getFirst();
        }
        assertFalse(failure.contains("\n"), failure);
        assertTrue(failure.startsWith("https://127.0.0.1:" + server.port() + ": no "), failure);
    }

    private static Reply problem(int status, String document) {
        return Reply.status(status)
                .field("Content-Type", "application/problem+json")
                .body(document);
    }

    private Path token(String name) throws Exception {
        return Files.writeString(folder.resolve(name), SECRET + "\n");
    }

    /** The message when the scripted server is asked. */
    private String failure(String... options) throws Exception {
        try (ControlClient client = client(Map.of(), options)) {
            CommandFailed failed =
                    assertThrows(
                            CommandFailed.class,
                            () -> client.fetch(ControlRequest.get("/v1/status")));
            assertEquals(1, failed.exitCode());
            String message = String.join("\n", failed.messages());
            assertFalse(message.contains(SECRET), message);
            return message;
        }
    }

    private ControlClient client(Map<String, String> environment, String... options)
            throws CommandFailed {
        return client("--control=" + server.url(), environment, options);
    }

    private static ControlClient client(
            String control, Map<String, String> environment, String... options)
            throws CommandFailed {
        Straw straw = new Straw();
        List<String> arguments = new ArrayList<>(List.of(control));
        arguments.addAll(List.of(options));
        new CommandLine(straw).parseArgs(arguments.toArray(String[]::new));
        return straw.control.connect(environment);
    }

    private static String base(Map<String, String> environment, String... options)
            throws CommandFailed {
        Straw straw = new Straw();
        new CommandLine(straw).parseArgs(options);
        try (ControlClient client = straw.control.connect(environment)) {
            return client.base().toString();
        }
    }
}
