package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.control.process.ControlOptions;
import dev.skerry.control.process.ControlPlane;
import dev.skerry.testkit.ChildJvm;
import dev.skerry.testkit.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skerry control}, and the commands that ask it, as they are. */
final class ControlCommandTest {
    @TempDir private Path folder;

    @Test
    void everyCommandUnderstandsTheControlPlane() throws Exception {
        ControlOptions options =
                new ControlOptions(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null,
                        folder.resolve("data"),
                        null);
        try (ControlPlane plane =
                ControlPlane.start(
                        options, TimeSource.system()::nanoTime, InstantSource.system())) {
            String control = "--control=http://127.0.0.1:" + plane.address().getPort();
            String token = "--token=" + folder.resolve("data/admin.token");
            String site = "site: shop\nhosts: [a.example]\norigins:\n  - url: http://o.example\n";
            Path file = Files.writeString(folder.resolve("shop.yaml"), site);
            Path bad = Files.writeString(folder.resolve("bad.yaml"), "site: bad\nhots: []\n");

            assertOut("shop: fine\n", "apply", "--dry-run", "" + file, control, token);
            Ran applied = run("apply", "" + bad, "" + file, control, token, "--wait");
            assertEquals(1, applied.exit(), applied.toString());
            assertTrue(applied.out().contains(bad + ":2: hots: "), applied.out());
            assertTrue(applied.out().contains("shop: version 1, revision "), applied.out());
            assertTrue(applied.out().endsWith("shop: there is no node yet\n"), applied.out());
            assertOut("shop: unchanged, version 1\n", "apply", "" + file, control, token);
            assertOut("", "diff", "" + file, control, token);

            Files.writeString(file, site + "defaults: {stale-if-error: 1h}\n");
            Ran diff = run("diff", "" + file, control, token);
            assertTrue(diff.out().contains("\n+defaults: {stale-if-error: 1h}\n"), diff::toString);
            Ran late = run("apply", "" + file, control, token, "--if-version=7");
            assertTrue(late.out().contains("somebody was faster"), late::toString);
            assertEquals(0, run("apply", "" + file, control, token, "--if-version=1").exit());
            assertTrue(run("rollback", "shop", "1", control, token).out().contains("version 3"));
            Ran history = run("history", "shop", control, token);
            assertTrue(history.out().contains("rolled back to 1"), history::toString);
            assertOut(site, "history", "shop", "--show=1", control, token);

            Ran purged = run("purge", "--tag=t1", control, token);
            assertEquals(0, purged.exit(), purged::toString);
            assertTrue(purged.out().contains("done: "), purged.out());
            Ran refused = run("purge", "--url=nonsense", control, token);
            assertTrue(refused.err().startsWith("skerry: /urls/0: "), refused::toString);
            assertTrue(run("status", control, token).out().contains("\nshop  3 "));
            assertOut("no node yet\n", "nodes", control, token);
            assertEquals(1, run("nodes", "--forget=edge-9", control, token).exit());

            Path ci = folder.resolve("ci.token");
            assertEquals(
                    0,
                    run("token", "create", "ci", "--verb=read", "--out=" + ci, control, token)
                            .exit());
            Ran forbidden = run("purge", "--site=shop", "--everything", control, "--token=" + ci);
            assertEquals(1, forbidden.exit());
            assertTrue(
                    forbidden.err().contains("the token in " + ci + " may not"), forbidden.err());
            assertTrue(run("token", "list", control, token).out().contains("\nci "));
            assertEquals(0, run("token", "revoke", "ci", control, token).exit());
            Ran unknown = run("status", control, "--token=" + ci);
            assertTrue(unknown.err().contains("does not know the token in " + ci), unknown.err());
        }
    }

    @Test
    void whatDoesNotGoTogetherIsUsedWrongly() {
        assertEquals(2, run("control", "--listen=here").exit());
        assertEquals(2, run("control", "--tls-cert=a.crt").exit());
        assertEquals(2, run("control", "--routing=r.yaml").exit());
        assertEquals(2, run("control", "--router-tls-listen=127.0.0.1:0").exit());
        assertEquals(2, run("control", "--router-tls-cert=a.crt", "--router-tls-key=a.key").exit());
    }

    @Test
    void whatIsSaidOfEtcdHasToGoTogether() {
        assertEquals(2, run("control", "--etcd-user=me").exit());
        assertEquals(2, run("control", "--etcd=https://a:2379", "--etcd-user=me").exit());
        assertEquals(2, run("control", "--etcd=https://a:2379", "--etcd-cert=a.crt").exit());
        assertEquals(2, run("control", "--etcd=https://a:2379/v3").exit());
        assertEquals(2, run("control", "--etcd=ftp://a:2379").exit());
        assertEquals(2, run("control", "--etcd=a.example").exit());
        Ran clear = run("control", "--etcd=http://a:2379", "--etcd-user=me", "--etcd-password=f");
        assertEquals(2, clear.exit());
        assertTrue(clear.err().contains("in the clear"), clear::toString);
    }

    @Test
    void aDataFolderIsExportedAndImportedIntoAnother() throws Exception {
        String file = folder.resolve("state.jsonl").toString();
        String data = "--data=" + folder.resolve("data");
        Ran exported = run("control", "export", file, data);
        assertEquals(0, exported.exit(), exported::toString);
        assertTrue(exported.out().startsWith(file + ": "), exported::toString);
        assertEquals(1, run("control", "export", file, data).exit());
        Ran imported = run("control", "import", file, "--data=" + folder.resolve("other"));
        assertEquals(0, imported.exit(), imported::toString);
        assertTrue(imported.out().startsWith("0 sites of "), imported::toString);
        Files.writeString(Path.of(file), "{}");
        Ran damaged = run("control", "import", file, "--data=" + folder.resolve("third"));
        assertEquals(1, damaged.exit());
        assertTrue(damaged.err().contains("no whole export"), damaged::toString);
    }

    @Test
    @Tag("slow")
    void aProcessServesUntilItIsToldToStop() throws Exception {
        Path data = folder.resolve("data");
        List<String> command = new ArrayList<>(List.of("control", "--listen=127.0.0.1:0"));
        Path log = folder.resolve("router.log");
        command.addAll(List.of("--router-listen=127.0.0.1:0", "--data=" + data));
        command.add("--router-log=" + log);
        try (ChildJvm control = NodeProcess.run(command.toArray(String[]::new))) {
            int port = control.awaitPort("serves http://127.0.0.1:(\\d+), router http://");
            int router = control.awaitPort("router http://127.0.0.1:(\\d+)");
            try (RawClient client = RawClient.connect(router)) {
                assertEquals(404, client.get("/page?a=b", "Host: nobody.example").status());
            }
            Ran status =
                    run(
                            "status",
                            "--control=127.0.0.1:" + port,
                            "--token=" + data.resolve("admin.token"));
            assertEquals(0, status.exit(), status::toString);
            control.terminate();
            assertEquals(0, control.awaitExit(), () -> control.output().toString());
            String logged = Files.readString(log);
            assertTrue(logged.contains("\"target\":\"/page?a=b\""), logged);
            assertTrue(logged.contains("unknown-host"), logged);
        }
    }

    @Test
    @Tag("slow")
    void offLoopbackItIsNeverPlain() throws Exception {
        try (ChildJvm control =
                NodeProcess.run(
                        "control", "--listen=0.0.0.0:0", "--data=" + folder.resolve("data"))) {
            assertEquals(1, control.awaitExit());
            assertTrue(
                    control.awaitOutput().stream().anyMatch(line -> line.contains("--tls-cert")));
        }
    }

    private static void assertOut(String out, String... arguments) {
        assertEquals(new Ran(0, out, ""), run(arguments));
    }

    private static Ran run(String... arguments) {
        return Ran.skerry(arguments);
    }
}
