package dev.skerry.cli.fleet;

import static dev.skerry.cli.fleet.ScriptedControl.HISTORY;
import static dev.skerry.cli.fleet.ScriptedControl.json;
import static dev.skerry.cli.fleet.ScriptedControl.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.Ran;
import dev.skerry.testkit.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that are one request each. */
final class SmallCommandsTest {
    @TempDir private Path folder;
    private final ScriptedControl control = new ScriptedControl();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void historyIsATableTheNewestFirst() {
        control.on(
                "GET",
                "/v1/sites/shop/versions",
                json(
                        200,
                        "{\"versions\":[{\"version\":10,\"revision\":\""
                                + HISTORY
                                + ".17\",\"when\":\"2026-11-23T12:00:00Z\",\"who\":\"ci\",\"what\":"
                                + "\"rolled back\",\"of\":3},{\"version\":9,\"revision\":\""
                                + HISTORY
                                + ".9\",\"when\":\"2026-11-22T12:00:00Z\",\"who\":\"admin\",\"what\":"
                                + "\"applied\"}]}"));
        assertEquals(
                new Ran(
                        0,
                        """
                        VERSION  REVISION     WHEN                  WHO    WHAT
                        10       1f3a9c02.17  2026-11-23T12:00:00Z  ci     rolled back to 3
                        9        1f3a9c02.9   2026-11-22T12:00:00Z  admin  applied
                        """,
                        ""),
                control.run("history", "shop"));
    }

    @Test
    void anEarlierDocumentIsPrintedAsItWas() {
        control.on("GET", "/v1/sites/a%20b/versions/3", Reply.ok().body("site: a b\n# end\n"));
        assertEquals(
                new Ran(0, "site: a b\n# end\n", ""), control.run("history", "a b", "--show=3"));
    }

    @Test
    void aRollbackIsANewVersion() throws Exception {
        control.on(
                "POST",
                "/v1/sites/shop/rollback",
                json(
                        200,
                        "{\"site\":\"shop\",\"version\":5,\"revision\":\""
                                + HISTORY
                                + ".20\",\"changed\":true,\"replaced\":{\"version\":4,\"who\":"
                                + "\"bob\",\"when\":\"t4\"}}"),
                json(200, "{\"site\":\"shop\",\"version\":5,\"revision\":\"x\",\"changed\":false}"),
                problem(404, "{\"detail\":\"shop has no version 9\"}"));
        assertEquals(
                new Ran(
                        0,
                        "shop: version 5, as version 3 was, revision 1f3a9c02.20, in place of"
                                + " version 4 by bob, t4\n",
                        ""),
                control.run("rollback", "shop", "3"));
        assertEquals("{\"version\":3}", control.request(0).bodyText());
        assertEquals(
                "shop: unchanged, its document is that of version 3\n",
                control.run("rollback", "shop", "3").out());
        assertEquals(
                new Ran(1, "", "skerry: shop has no version 9\n"),
                control.run("rollback", "shop", "9"));
        assertEquals(2, control.run("rollback", "shop", "last").exit());
        assertEquals(2, control.run("rollback", "shop", "3", "--if-version=0").exit());
        control.run("rollback", "shop", "3", "--if-version=4");
        assertEquals("\"4\"", control.request(3).field("If-Match"));
    }

    @Test
    void aSiteIsDeletedOnlyWhenItIsMeant() throws Exception {
        control.on(
                "DELETE",
                "/v1/sites/shop",
                json(200, "{\"site\":\"shop\",\"revision\":\"" + HISTORY + ".21\"}"),
                problem(412, "{\"detail\":\"site 'shop' has version 5\"}"));
        Ran unsure = control.run("delete", "shop");
        assertEquals(2, unsure.exit());
        assertTrue(unsure.err().contains("--yes is missing"), unsure.err());
        assertEquals(2, control.run("delete", "shop", "--yes", "--if-version=0").exit());
        assertEquals(0, control.requests());
        assertEquals(
                new Ran(0, "shop: deleted, revision 1f3a9c02.21\n", ""),
                control.run("delete", "shop", "--yes"));
        assertEquals(
                new Ran(1, "", "skerry: somebody was faster: site 'shop' has version 5\n"),
                control.run("delete", "shop", "--yes", "--if-version", "4"));
        assertEquals("\"4\"", control.request(1).field("If-Match"));
    }

    @Test
    void versionsOfASiteAreCompared() {
        control.on(
                        "POST",
                        "/v1/sites/shop/diff?from=3&to=5",
                        Reply.ok().field("Content-Type", "text/plain").body("-a\n+b\n"))
                .on("POST", "/v1/sites/shop/diff?from=3", Reply.ok().body(""))
                .on(
                        "POST",
                        "/v1/sites/shop/diff?from=9",
                        problem(
                                404,
                                "{\"detail\":\"site 'shop' has no version 9, or no longer\"}"));
        assertEquals(new Ran(0, "-a\n+b\n", ""), control.run("diff", "--site", "shop", "3", "5"));
        assertEquals(new Ran(0, "", ""), control.run("diff", "--site", "shop", "3"));
        assertEquals(
                new Ran(1, "", "skerry: site 'shop' has no version 9, or no longer\n"),
                control.run("diff", "--site", "shop", "9"));
        assertEquals(2, control.run("diff", "--site", "shop", "site.yaml").exit());
        assertEquals(2, control.run("diff", "--site", "shop", "1", "2", "3").exit());
        assertEquals(2, control.run("diff", "--site", "shop").exit());
        assertEquals(3, control.requests());
    }

    @Test
    void statusIsTheNetworkOnOneScreen() {
        String revision = "\"revision\":\"" + HISTORY;
        control.on(
                        "GET",
                        "/v1/status",
                        json(
                                200,
                                "{"
                                        + revision
                                        + ".17\",\"sites\":2,\"nodes\":{\"all\":3,\"ready\":1,"
                                        + "\"current\":1},\"pendingPurges\":1}"))
                .on(
                        "GET",
                        "/v1/nodes",
                        json(
                                200,
                                "{\"nodes\":[{\"name\":\"e-1\",\"role\":\"edge\",\"pop\":\"fra\","
                                        + "\"state\":\"ready\",\"connected\":true,\"via\":\"s-1\","
                                        + revision
                                        + ".16\",\"behind\":1},{\"name\":\"e-2\",\"role\":\"edge\","
                                        + "\"state\":\"starting\",\"connected\":false},{\"name\":"
                                        + "\"s-1\",\"role\":\"shield\",\"state\":\"draining\","
                                        + "\"connected\":true,"
                                        + revision
                                        + ".17\",\"behind\":0,\"problems\":[{\"site\":\"a\","
                                        + "\"version\":2,\"detail\":\"x\"}]}]}"))
                .on(
                        "GET",
                        "/v1/sites",
                        json(
                                200,
                                "{\"sites\":[{\"site\":\"a\",\"version\":2,"
                                        + revision
                                        + ".16\"},{\"site\":\"b\",\"version\":1,"
                                        + revision
                                        + ".17\"}]}"))
                .on(
                        "GET",
                        "/v1/purges?limit=1000",
                        json(
                                200,
                                "{\"purges\":[{\"id\":\"p2\",\"site\":\"a\",\"state\":\"pending\","
                                        + "\"nodes\":[{\"name\":\"e-1\",\"state\":\"acked\"},"
                                        + "{\"name\":\"e-2\",\"state\":\"lost\"}]},"
                                        + "{\"id\":\"p1\",\"state\":\"done\"}]}"));
        assertEquals(
                "control plane "
                        + control.url()
                        + """
                        , revision 1f3a9c02.17; 2 sites, 3 nodes (1 ready, 1 up to date)

                        NODE  ROLE    POP  STATE           REVISION     BEHIND  VIA
                        e-1   edge    fra  ready           1f3a9c02.16  1       s-1
                        e-2   edge    -    starting, away  -            ?       -
                        s-1   shield  -    draining        1f3a9c02.17  0       -

                        SITE  VERSION  REVISION     NOT YET ON
                        a     2        1f3a9c02.16  e-2, s-1 (cannot take it)
                        b     1        1f3a9c02.17  e-1, e-2

                        purge p2 of a is pending: not acknowledged by e-2 (lost)
                        """,
                control.run("status").out());
    }

    @Test
    void aNodeIsForgottenByName() {
        control.on("DELETE", "/v1/nodes/edge-3", Reply.status(204));
        assertEquals(
                new Ran(0, "edge-3 is forgotten\n", ""),
                control.run("nodes", "--forget", "edge-3"));
        assertEquals(1, control.run("nodes", "--forget", "edge-4").exit());
    }

    @Test
    void aTokenGoesIntoAFileOfItsOwnerAlone() throws Exception {
        control.on("POST", "/v1/tokens", made());
        Path file = folder.resolve("ci.token");
        Ran ran =
                control.run(
                        "token",
                        "create",
                        "ci",
                        "--verb=read",
                        "--verb=purge",
                        "--site=shop",
                        "--out",
                        file.toString());
        assertEquals(new Ran(0, file + ": the token of ci\n", ""), ran);
        assertEquals("s3cret\n", Files.readString(file));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                "{\"name\":\"ci\",\"verbs\":[\"read\",\"purge\"],\"sites\":[\"shop\"]}",
                control.request(0).bodyText());
        Ran again = control.run("token", "create", "ci", "--verb=read", "--out", file.toString());
        assertEquals(2, again.exit());
        assertEquals(1, control.requests());
    }

    @Test
    void aTokenThatWasNotMadeLeavesNoFile() {
        control.on("POST", "/v1/tokens", problem(409, "{\"detail\":\"there is one already\"}"));
        Path file = folder.resolve("ci.token");
        Ran ran = control.run("token", "create", "ci", "--verb=read", "--out", file.toString());
        assertEquals(new Ran(1, "", "skerry: there is one already\n"), ran);
        assertFalse(Files.exists(file));
    }

    @Test
    void withoutAFileTheSecretIsAllThatIsPrinted() throws Exception {
        control.on("POST", "/v1/tokens", made());
        assertEquals(
                new Ran(0, "s3cret\n", ""),
                control.run("token", "create", "n", "--verb=node", "--rate=7"));
        assertEquals(
                "{\"name\":\"n\",\"verbs\":[\"node\"],\"rate\":7}", control.request(0).bodyText());
    }

    @Test
    void tokensAreListedAndRevoked() {
        control.on(
                        "GET",
                        "/v1/tokens",
                        json(
                                200,
                                "{\"tokens\":[{\"name\":\"admin\",\"verbs\":[\"admin\"],\"created\":"
                                        + "\"t0\",\"who\":\"\"},{\"name\":\"ci\",\"verbs\":[\"read\","
                                        + "\"purge\"],\"sites\":[\"shop\"],\"rate\":5,\"created\":\"t1\",\"who\":"
                                        + "\"admin\"}]}"))
                .on("DELETE", "/v1/tokens/ci", Reply.status(204));
        assertEquals(
                """
                NAME   VERBS       SITES  RATE   CREATED  BY
                admin  admin       all    usual  t0
                ci     read purge  shop   5/s    t1       admin
                """,
                control.run("token", "list").out());
        assertEquals(new Ran(0, "ci is revoked\n", ""), control.run("token", "revoke", "ci"));
    }

    @Test
    void tokenAloneAsksForMore() {
        Ran ran = Ran.skerry("token");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("create, list or revoke"), ran.err());
        assertEquals(0, Ran.skerry("token", "create", "--help").exit());
    }

    private static Reply made() {
        return json(201, "{\"name\":\"ci\",\"verbs\":[\"read\"],\"token\":\"s3cret\"}");
    }
}
