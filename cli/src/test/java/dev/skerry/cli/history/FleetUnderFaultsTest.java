package dev.skerry.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.CuttableWire;
import dev.skerry.testkit.ScriptedOrigin;
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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Control plane, shield and two edges as processes of their own, with clients that read and a
 * publisher that changes and purges, while each of them is cut off, killed and started again. What
 * is read is checked against what was acknowledged; what is not answered must have been asked of
 * somebody who was down.
 */
@Tag("slow")
@Timeout(300)
final class FleetUnderFaultsTest {
    private static final int ITEMS = 12;
    private static final int CLIENTS = 2;
    private static final int READS = 150;
    private static final int PURGES = 15;

    @TempDir private Path folder;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Items items = new Items(ITEMS);
    private final ReadChecker checker = new ReadChecker();
    private HttpClient client;
    private Member control;
    private Member shield;
    private Member first;
    private Member second;
    private CuttableWire shieldToControl;
    private CuttableWire firstToControl;
    private CuttableWire secondToShield;
    private Readers readers;
    private Purger purger;

    @BeforeEach
    void start() throws Exception {
        ScriptedOrigin origin = later(ScriptedOrigin.start());
        items.serve(origin);
        client = later(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        Path data = folder.resolve("control");
        control = later(Member.start(client, "control", "control", List.of("--data=" + data)));
        String token = Files.readString(data.resolve("admin.token")).strip();
        shieldToControl = later(CuttableWire.to(control.port()));
        firstToControl = later(CuttableWire.to(control.port()));
        shield = node("shield-1", "shield", List.of(), shieldToControl);
        String upstream = "--shield=http://127.0.0.1:" + shield.port();
        first = node("edge-1", "edge", List.of(upstream), firstToControl);
        // The second edge follows through the shield's relay, and the control plane only after it.
        secondToShield = later(CuttableWire.to(shield.adminPort()));
        second = node("edge-2", "edge", List.of(upstream), secondToShield);
        applySite(token, origin.url());
        readers = new Readers(client, checker, ITEMS);
        readers.read(first, CLIENTS);
        readers.read(second, CLIENTS);
        purger = Purger.start(client, "http://127.0.0.1:" + control.port(), token, items, checker);
    }

    @AfterEach
    void stop() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void nothingPurgedIsReadAndNoRequestIsLostWhileEachIsCutKilledAndStartedAgain()
            throws Exception {
        goesOn();

        shield.kill();
        purger.awaitPendingAt("shield-1");
        readers.awaitMore(READS);
        shield.startAgain();
        caughtUp();

        first.kill();
        purger.awaitPendingAt("edge-1");
        readers.awaitMore(READS);
        first.startAgain();
        caughtUp();

        second.kill();
        readers.awaitMore(READS);
        second.startAgain();
        caughtUp();

        control.kill();
        readers.awaitMore(READS);
        control.startAgain();
        caughtUp();

        firstToControl.cut();
        purger.awaitAccepted(PURGES);
        readers.awaitMore(READS);
        firstToControl.mend();
        caughtUp();

        shieldToControl.silence();
        purger.awaitAccepted(PURGES);
        readers.awaitMore(READS);
        shieldToControl.mend();
        caughtUp();

        secondToShield.cut();
        purger.awaitAccepted(PURGES);
        readers.awaitMore(READS);
        secondToShield.mend();
        caughtUp();

        purger.stop();
        purger.awaitAllDone();
        readers.awaitMore(READS);
        readers.end();
        purger.end();
        assertEquals(List.of(), checker.violations());
        // At the death of the shield a client may have had the first bytes of a response.
        List<String> lost = readers.lost();
        assertTrue(lost.size() <= 2 * CLIENTS, () -> lost.size() + " lost: " + lost);
        assertTrue(
                lost.stream().allMatch(request -> request.contains("IOException")),
                "answered with an error: " + lost);
        assertTrue(readers.hits() > checker.reads() / 10, readers.hits() + " hits");
    }

    private void goesOn() throws Exception {
        readers.awaitMore(READS);
        purger.awaitDone(PURGES);
    }

    /** Every node acknowledges again. */
    private void caughtUp() throws Exception {
        purger.awaitDone(PURGES);
        readers.awaitMore(READS);
    }

    private Member node(String name, String role, List<String> upstream, CuttableWire toControl)
            throws Exception {
        List<String> options = new ArrayList<>(upstream);
        options.add("--fleet-key=" + fleetKey());
        options.add("--control=http://127.0.0.1:" + toControl.port());
        options.add("--token=" + folder.resolve("control/node.token"));
        options.add("--state=" + folder.resolve(name));
        return later(Member.start(client, name, role, options));
    }

    private Path fleetKey() throws IOException {
        Path file = folder.resolve("fleet.key");
        if (!Files.exists(file)) {
            Files.writeString(file, "0123456789abcdef".repeat(4));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return file;
    }

    private void applySite(String token, String origin) throws Exception {
        String site =
                """
                site: shop
                hosts: [127.0.0.1]
                origins:
                  - url: %s
                allow-origin-fallback: true
                """
                        .formatted(origin);
        HttpResponse<String> applied =
                client.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + control.port()
                                                        + "/v1/sites/shop"))
                                .timeout(Duration.ofSeconds(10))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/yaml")
                                .PUT(HttpRequest.BodyPublishers.ofString(site))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(2, applied.statusCode() / 100, applied.body());
        for (Member edge : List.of(first, second)) {
            Readers.awaitServed(client, edge, "item-0");
        }
    }

    private <T extends AutoCloseable> T later(T part) {
        parts.push(part);
        return part;
    }
}
