package dev.skerry.cli.fleet;

import static dev.skerry.cli.fleet.ScriptedControl.HISTORY;
import static dev.skerry.cli.fleet.ScriptedControl.json;
import static dev.skerry.cli.fleet.ScriptedControl.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.Ran;
import dev.skerry.testkit.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code skerry purge} of a fleet: receipts as they come. */
final class FleetPurgeTest {
    private static final String PURGES = "/v1/sites/shop/purges?wait=0s";

    private final ScriptedControl control = new ScriptedControl();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void eachReceiptIsALineWhenItComes() throws Exception {
        control.on("POST", PURGES, receipt(202, "pending", pending("e-1"), pending("e-2")))
                .on(
                        "GET",
                        "/v1/purges/p1",
                        receipt(200, "pending", pending("e-1"), acked("e-2", 12)),
                        receipt(200, "pending", pending("e-1"), acked("e-2", 12)),
                        receipt(200, "done", acked("e-1", 1041), acked("e-2", 12)));
        Ran ran = control.run("purge", "--site=shop", "--tag=a", "--soft");
        assertEquals(
                new Ran(
                        0,
                        """
                        purge p1 of shop, revision 1f3a9c02.17
                          edge e-2: acknowledged after 12 ms
                          edge e-1: acknowledged after 1041 ms
                        done: 2 nodes, the last after 1041 ms
                        """,
                        ""),
                ran);
        assertEquals("{\"tags\":[\"a\"],\"soft\":true}", control.request(0).bodyText());
        assertEquals(4, control.requests());
    }

    @Test
    void whatIsNotAcknowledgedInTimeIsPendingAndNamed() {
        control.on(
                        "POST",
                        PURGES,
                        receipt(202, "pending", pending("e-1"), lost("e-2"), acked("e-3", 3)))
                .on(
                        "GET",
                        "/v1/purges/p1",
                        receipt(200, "pending", pending("e-1"), lost("e-2"), acked("e-3", 3)));
        Ran ran = control.run("purge", "--site=shop", "--everything", "--wait=30ms");
        assertEquals(3, ran.exit());
        assertEquals(
                """
                purge p1 of shop, revision 1f3a9c02.17
                  edge e-2: lost: silent for too long; it stays pending
                  edge e-3: acknowledged after 3 ms
                pending: not acknowledged by e-1, e-2 (lost)
                """,
                ran.out());
    }

    @Test
    void withoutAWaitItIsAskedOnce() {
        control.on("POST", PURGES, receipt(202, "pending", pending("e-1")));
        assertEquals(3, control.run("purge", "--site=shop", "--everything", "--wait=0s").exit());
        assertEquals(1, control.requests());
    }

    @Test
    void jsonIsTheLastReceiptAsItCame() {
        control.on("POST", PURGES, receipt(202, "pending", pending("e-1")))
                .on("GET", "/v1/purges/p1", receipt(200, "done", acked("e-1", 5)));
        Ran ran = control.run("purge", "--site=shop", "--everything", "--json");
        assertEquals(document("done", acked("e-1", 5)) + "\n", ran.out());
        assertEquals(0, ran.exit());
    }

    @Test
    void theOnlySiteNeedNotBeNamed() {
        control.on("GET", "/v1/sites", json(200, "{\"sites\":[{\"site\":\"shop\"}]}"))
                .on("POST", PURGES, receipt(200, "done"));
        Ran ran = control.run("purge", "--everything");
        assertEquals(0, ran.exit(), ran.err());
        assertTrue(ran.out().contains("done: there is no node"), ran.out());
    }

    @Test
    void oneOfSeveralSitesIsNamed() {
        control.on(
                "GET", "/v1/sites", json(200, "{\"sites\":[{\"site\":\"a\"},{\"site\":\"b\"}]}"));
        Ran ran = control.run("purge", "--everything");
        assertEquals(new Ran(2, "", "skerry: --site is missing: there are a, b\n"), ran);
        control.on("GET", "/v1/sites", json(200, "{\"sites\":[]}"));
        Ran none = control.run("purge", "--everything");
        assertEquals(1, none.exit());
        assertTrue(none.err().contains("has no site yet"), none.err());
    }

    @Test
    void aRefusalNamesEveryProblem() {
        control.on(
                "POST",
                PURGES,
                problem(
                        400,
                        "{\"title\":\"Bad purge\",\"detail\":\"x\",\"errors\":["
                                + "{\"pointer\":\"/urls/0\",\"detail\":\"begins with http\"},"
                                + "{\"pointer\":\"/tags/0\",\"detail\":\"is not empty\"}]}"));
        Ran ran = control.run("purge", "--site=shop", "--url=x", "--tag=");
        assertEquals(
                new Ran(
                        1,
                        "",
                        "skerry: /urls/0: begins with http\nskerry: /tags/0: is not empty\n"),
                ran);
    }

    @Test
    void aTokenThatMayOnlyPurgeIsToldThatItSeesNoReceipts() {
        control.on("POST", PURGES, receipt(202, "pending", pending("e-1")))
                .on("GET", "/v1/purges/p1", problem(403, "{\"detail\":\"lacks the verb read\"}"));
        Ran ran = control.run("purge", "--site=shop", "--everything");
        assertEquals(3, ran.exit());
        assertTrue(ran.out().contains("may not read receipts"), ran.out());
    }

    @Test
    void sixtySecondsIsTheLongestWait() {
        control.on("POST", PURGES, receipt(200, "done"));
        assertEquals(0, control.run("purge", "--site=shop", "--everything", "--wait=60s").exit());
        Ran longer = control.run("purge", "--site=shop", "--everything", "--wait=61s");
        assertEquals(2, longer.exit());
        assertTrue(longer.err().contains("60s"), longer.err());
        Ran none = control.run("purge", "--site=shop", "--everything", "--wait=soon");
        assertEquals(2, none.exit());
        assertTrue(none.err().contains("--wait") && none.err().contains("'soon'"), none.err());
    }

    private static Reply receipt(int status, String state, String... nodes) {
        return json(status, document(state, nodes));
    }

    private static String document(String state, String... nodes) {
        return "{\"id\":\"p1\",\"site\":\"shop\",\"revision\":\""
                + HISTORY
                + ".17\",\"state\":\""
                + state
                + "\",\"nodes\":["
                + String.join(",", nodes)
                + "]}";
    }

    private static String pending(String name) {
        return node(name, "pending", 40);
    }

    private static String lost(String name) {
        return node(name, "lost", 40);
    }

    private static String acked(String name, long millis) {
        return node(name, "acked", millis);
    }

    private static String node(String name, String state, long millis) {
        return "{\"name\":\""
                + name
                + "\",\"role\":\"edge\",\"state\":\""
                + state
                + "\",\"millis\":"
                + millis
                + "}";
    }
}
