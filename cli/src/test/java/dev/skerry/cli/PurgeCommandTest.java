package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code skerry purge} sends, and what it makes of the answer. */
final class PurgeCommandTest {
    private final ScriptedOrigin node =
            ScriptedOrigin.start()
                    .on("/v1/purges", Reply.status(200).body("{\"revision\":\"x.7\"}\n"));

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void everythingNamedGoesInOneRequest() throws Exception {
        Ran ran =
                Ran.skerry(
                        "purge",
                        "--admin=" + node.url() + "/",
                        "--url=http://h/a?b=\"c\"",
                        "--url=http://h/\u00e4\\",
                        "--tag=t\n1",
                        "--prefix=h/p",
                        "--host=h",
                        "--soft");
        assertEquals(new Ran(0, "purged\n", ""), ran);
        ReceivedRequest request = node.awaitRequest(0);
        assertEquals("POST", request.method());
        assertEquals(
                "{\"urls\":[\"http://h/a?b=\\\"c\\\"\",\"http://h/\u00e4\\\\\"],"
                        + "\"tags\":[\"t\\n1\"],\"prefixes\":[\"h/p\"],\"hosts\":[\"h\"],"
                        + "\"soft\":true}",
                request.bodyText());
    }

    @Test
    void anAddressWithoutASchemeWillDo() throws Exception {
        assertEquals(
                0,
                Ran.skerry("purge", "--admin", "127.0.0.1:" + node.port(), "--everything").exit());
        assertEquals("{\"everything\":true}", node.awaitRequest(0).bodyText());
    }

    @Test
    void aDryRunIsATable() throws Exception {
        node.on(
                "/v1/purges",
                Reply.ok()
                        .field("Content-Type", "application/json")
                        .body(
                                "{\"mode\":\"soft\",\"memory\":{\"objects\":1200,\"exact\":true},"
                                        + "\"disk\":{\"objects\":34000,\"exact\":false},"
                                        + "\"originRequestsPerSecond\":12.5,\"nodes\":[{\"name\":"
                                        + "\"e-1\",\"role\":\"edge\",\"memory\":{\"objects\":1200,"
                                        + "\"bytes\":7,\"exact\":true},\"disk\":{\"objects\":34000,"
                                        + "\"bytes\":8,\"exact\":false},\"requestsPerSecond\":12.5},"
                                        + "{\"name\":\"e-2\",\"role\":\"edge\",\"problem\":\"away\"}]}"));
        assertEquals(
                new Ran(
                        0,
                        """
                        NODE  ROLE  IN MEMORY  BYTES  ON DISK  BYTES  ASKED FOR
                        e-1   edge  1,200      7      ~34,000  ~8     12.5/s
                        e-2   edge  away

                        a soft purge would hit 1,200 responses in memory and ~34,000 on disk
                        the origin would be asked 12.5 times a second at first
                        """,
                        ""),
                Ran.skerry("purge", "--admin", node.url(), "--tag=t", "--soft", "--dry-run"));
        assertEquals(
                "{\"tags\":[\"t\"],\"soft\":true,\"dryRun\":true}",
                node.awaitRequest(0).bodyText());
    }

    @Test
    void whatHasToBeConfirmedIsToldWhereNobodyCanBeAsked() throws Exception {
        node.on("/v1/purges", Reply.status(409).body("it would be felt\n"));
        Ran ran = Ran.skerry("purge", "--admin", node.url(), "--everything");
        assertEquals(1, ran.exit());
        assertTrue(ran.err().contains("it would be felt"), ran.err());
        Ran.skerry("purge", "--admin", node.url(), "--everything", "--confirm=shop");
        assertEquals("{\"everything\":true,\"confirm\":\"shop\"}", node.awaitRequest(1).bodyText());
    }

    @Test
    void aPaceAndAKeyGoAlong() throws Exception {
        String[] paced = {
            "purge",
            "--admin",
            node.url(),
            "--everything",
            "--soft",
            "--pace=50",
            "--idempotency-key=k"
        };
        assertEquals(0, Ran.skerry(paced).exit());
        assertEquals(
                "{\"everything\":true,\"soft\":true,\"pace\":50}", node.awaitRequest(0).bodyText());
        assertEquals("k", node.awaitRequest(0).field("Idempotency-Key"));
        assertEquals(2, Ran.skerry("purge", "--admin", node.url(), "--tag=t", "--pace=5").exit());
    }

    @Test
    void jsonIsTheAnswerAsItCame() {
        Ran ran = Ran.skerry("purge", "--admin", node.url(), "--everything", "--json");
        assertEquals(new Ran(0, "{\"revision\":\"x.7\"}\n", ""), ran);
    }

    @Test
    void aRefusalIsAFailureThatSaysWhy() {
        node.on("/v1/purges", Reply.status(429).body("slow down\n"));
        Ran ran = Ran.skerry("purge", "--admin", node.url(), "--everything");
        assertEquals(1, ran.exit());
        assertEquals(
                "skerry: --admin " + node.url() + ": the node answered 429: slow down\n",
                ran.err());
    }

    @Test
    void aNodeThatIsNotThereIsAFailureThatNamesIt() {
        node.stop();
        Ran ran = Ran.skerry("purge", "--admin", node.url(), "--everything");
        assertEquals(1, ran.exit());
        assertTrue(
                ran.err().startsWith("skerry: --admin " + node.url() + ": nothing answers"),
                ran.err());
    }

    @Test
    void anAddressThatIsNoneIsUsedWrongly() {
        for (String admin : new String[] {"ftp://h:1", "http://", "a b", "http://h:port"}) {
            Ran ran = Ran.skerry("purge", "--admin", admin, "--everything");
            assertEquals(2, ran.exit(), admin);
            assertTrue(ran.err().contains("'" + admin + "'"), ran.err());
        }
    }

    @Test
    void nothingToPurgeIsUsedWrongly() {
        Ran ran = Ran.skerry("purge", "--admin", node.url());
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("--tag"), ran.err());
    }

    @Test
    void everythingAndMoreIsUsedWrongly() {
        Ran ran = Ran.skerry("purge", "--admin", node.url(), "--everything", "--tag", "t");
        assertEquals(2, ran.exit());
    }
}
