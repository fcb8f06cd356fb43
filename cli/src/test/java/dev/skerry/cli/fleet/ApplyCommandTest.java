package dev.skerry.cli.fleet;

import static dev.skerry.cli.fleet.ScriptedControl.HISTORY;
import static dev.skerry.cli.fleet.ScriptedControl.json;
import static dev.skerry.cli.fleet.ScriptedControl.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.Ran;
import dev.skerry.testkit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skerry apply} and {@code diff}: documents of files, each for itself. */
final class ApplyCommandTest {
    private static final String A = "site: a\nhosts: [a.example]\n";
    private static final String B = "# the other one\nsite: b\n";
    private static final String BAD =
            "{\"title\":\"Bad site\",\"status\":422,\"detail\":\"2 problems\",\"errors\":["
                    + "{\"severity\":\"error\",\"line\":2,\"path\":\"hots\",\"message\":\"unknown\"},"
                    + "{\"severity\":\"warning\",\"line\":0,\"path\":\"\",\"message\":\"odd\"}]}";

    @TempDir private Path folder;
    private final ScriptedControl control = new ScriptedControl();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void eachDocumentOfAFileGoesByItself() throws Exception {
        control.on("PUT", "/v1/sites/a", applied("a", 1, 7, true))
                .on("PUT", "/v1/sites/b", applied("b", 4, 5, false));
        Path file = file("sites.yaml", "---\n" + A + "---\n" + B);
        assertEquals(
                new Ran(0, "a: version 1, revision 1f3a9c02.7\nb: unchanged, version 4\n", ""),
                control.run("apply", file.toString()));
        assertEquals(A, control.request(0).bodyText());
        assertEquals("application/yaml", control.request(0).field("Content-Type"));
        assertNull(control.request(0).field("If-Match"));
        assertEquals(B, control.request(1).bodyText());
    }

    @Test
    void aBadSiteIsToldByItsPlaceInTheFileAndStopsNoOther() throws Exception {
        control.on("PUT", "/v1/sites/a", problem(422, BAD))
                .on("PUT", "/v1/sites/b", applied("b", 1, 8, true));
        // The document begins in line 3: its line 2 is line 4 of the file.
        Path file = file("sites.yaml", "# all\n---\n" + A + "---\n" + B);
        Ran ran = control.run("apply", file.toString());
        assertEquals(1, ran.exit());
        assertEquals(
                file
                        + ":4: hots: unknown\n"
                        + file
                        + ":3: warning: odd\na: refused, stays as it was\n"
                        + "b: version 1, revision 1f3a9c02.8\n",
                ran.out());
    }

    @Test
    void whatCannotBeReadIsToldAndStopsNoOther() throws Exception {
        control.on("PUT", "/v1/sites/b", applied("b", 1, 8, true));
        Path broken = file("broken.yaml", "a: [\n---\nhosts: [x]\n---\n" + B);
        Path none = folder.resolve("none.yaml");
        Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'s', (byte) 0xe4});
        Path empty = file("empty.yaml", "# nothing\n---\n");
        Path again = file("again.yaml", "\n" + B);
        Ran ran =
                control.run(
                        "apply",
                        none.toString(),
                        latin.toString(),
                        empty.toString(),
                        broken.toString(),
                        again.toString());
        assertEquals(1, ran.exit());
        assertTrue(ran.out().contains(none + ": there is no such file"), ran.out());
        assertTrue(ran.out().contains(latin + ": the file is not UTF-8"), ran.out());
        assertTrue(ran.out().contains(empty + ": holds no site"), ran.out());
        assertTrue(ran.out().contains(broken + ":"), ran.out());
        assertTrue(ran.out().contains(broken + ":3: site: is missing"), ran.out());
        assertTrue(ran.out().contains("b: version 1, revision 1f3a9c02.8\n"), ran.out());
        assertTrue(
                ran.out().contains(again + ":1: site: 'b' is in " + broken + ":5 already"),
                ran.out());
        assertEquals(1, control.requests());
    }

    @Test
    void aFileOfOneMebibytePassesAndOneMoreByteDoesNot() throws Exception {
        control.on("PUT", "/v1/sites/a", applied("a", 1, 7, true));
        String most = A + "#" + "x".repeat((1 << 20) - A.length() - 2) + "\n";
        assertEquals(0, control.run("apply", file("most.yaml", most).toString()).exit());
        Ran more = control.run("apply", file("more.yaml", most + "\n").toString());
        assertEquals(1, more.exit());
        assertTrue(more.out().contains("larger than 1 MiB"), more.out());
    }

    @Test
    void aVersionIsAConditionForOneDocument() throws Exception {
        control.on(
                "PUT",
                "/v1/sites/a",
                applied("a", 5, 7, true),
                problem(412, "{\"detail\":\"site 'a' has version 5\"}"));
        Path file = file("a.yaml", A);
        assertEquals(0, control.run("apply", file.toString(), "--if-version=4").exit());
        assertEquals("\"4\"", control.request(0).field("If-Match"));
        Ran late = control.run("apply", file.toString(), "--if-version=0");
        assertEquals("*", control.request(1).field("If-None-Match"));
        assertEquals(1, late.exit());
        assertEquals(
                file
                        + ":1: a: somebody was faster: site 'a' has version 5\n"
                        + "a: refused, stays as it was\n",
                late.out());
        Path two = file("two.yaml", A + "---\n" + B);
        assertEquals(2, control.run("apply", two.toString(), "--if-version=4").exit());
        assertEquals(2, control.run("apply", file.toString(), "--if-version=-1").exit());
    }

    @Test
    void aDryRunOnlyAsks() throws Exception {
        control.on(
                        "POST",
                        "/v1/sites/a/check",
                        json(
                                200,
                                "{\"valid\":true,\"problems\":[{\"severity\":\"warning\",\"line\":1,"
                                        + "\"path\":\"ttl\",\"message\":\"long\"}]}"))
                .on(
                        "POST",
                        "/v1/sites/b/check",
                        json(
                                200,
                                "{\"valid\":false,\"problems\":[{\"severity\":\"error\",\"line\":2,"
                                        + "\"path\":\"origins\",\"message\":\"is missing\"}]}"));
        Path file = file("sites.yaml", A + "---\n" + B);
        Ran ran = control.run("apply", "--dry-run", file.toString());
        assertEquals(1, ran.exit());
        assertEquals(
                file
                        + ":1: warning: ttl: long\na: fine\n"
                        + file
                        + ":5: origins: is missing\nb: would be refused\n",
                ran.out());
    }

    @Test
    void jsonIsADocumentALine() throws Exception {
        control.on("PUT", "/v1/sites/a", problem(422, BAD))
                .on("PUT", "/v1/sites/b", applied("b", 1, 8, true));
        Path file = file("sites.yaml", A + "---\n" + B + "---\nx: y\n");
        Ran ran = control.run("apply", "--json", file.toString());
        assertEquals(
                BAD
                        + "\n"
                        + document("b", 1, 8, true)
                        + "\n{\"title\":\"Not sent\",\"detail\":\""
                        + file
                        + ":7 was not sent\",\"errors\":[{\"line\":7,\"path\":\"site\",\"message\":"
                        + "\"is missing: a site begins with 'site: NAME'\"}]}\n",
                ran.out());
        assertEquals(1, ran.exit());
    }

    @Test
    void waitingEndsWhenEveryNodeHasIt() throws Exception {
        control.on("PUT", "/v1/sites/a", applied("a", 1, 7, true))
                .on(
                        "GET",
                        "/v1/sites/a/nodes",
                        nodes(node("e-1", false, ""), node("s-1", true, "")),
                        nodes(node("e-1", true, ""), node("s-1", true, "")));
        Ran ran = control.run("apply", file("a.yaml", A).toString(), "--wait");
        assertEquals(
                new Ran(
                        0,
                        """
                        a: version 1, revision 1f3a9c02.7
                          edge s-1: has it
                          edge e-1: has it
                        a: on all 2 nodes
                        """,
                        ""),
                ran);
    }

    @Test
    void waitingEndsWhenANodeCannotTakeItOrTimeIsUp() throws Exception {
        control.on("PUT", "/v1/sites/a", applied("a", 1, 7, true))
                .on("GET", "/v1/sites/a/nodes", nodes(node("e-1", false, "no memory")));
        Path file = file("a.yaml", A);
        Ran stuck = control.run("apply", file.toString(), "--wait=60s");
        assertEquals(1, stuck.exit());
        assertTrue(
                stuck.out().endsWith("e-1: cannot take it: no memory\na: not on e-1\n"),
                stuck.out());
        control.on("GET", "/v1/sites/a/nodes", nodes(node("e-1", false, "")));
        Ran late = control.run("apply", file.toString(), "--wait=20ms");
        assertEquals(1, late.exit());
        assertTrue(late.out().endsWith("a: not on e-1\n"), late.out());
    }

    @Test
    void aDiffIsShownAsItCame() throws Exception {
        control.on(
                        "POST",
                        "/v1/sites/a/diff",
                        Reply.ok()
                                .field("Content-Type", "text/plain; charset=utf-8")
                                .body("--- a (version 1)\n+++ a (new)\n@@ -1 +1 @@\n-x\n+y\n"))
                .on("POST", "/v1/sites/b/diff", problem(404, "{\"detail\":\"no site 'b'\"}"));
        Ran ran = control.run("diff", file("sites.yaml", A + "---\n" + B).toString());
        assertEquals(
                new Ran(
                        0,
                        """
                        --- a (version 1)
                        +++ a (new)
                        @@ -1 +1 @@
                        -x
                        +y
                        --- b (no such site)
                        +++ b (new)
                        @@ -0,0 +1,2 @@
                        +# the other one
                        +site: b
                        """,
                        ""),
                ran);
        assertEquals(A, control.request(0).bodyText());
    }

    @Test
    void aDiffThatCannotBeIsAFailure() throws Exception {
        control.on("POST", "/v1/sites/a/diff", problem(403, "{\"detail\":\"not for 'a'\"}"));
        Path file = file("sites.yaml", A + "---\nx: y\n");
        Ran ran = control.run("diff", file.toString());
        assertEquals(1, ran.exit());
        assertTrue(ran.err().contains(file + ":1: "), ran.err());
        assertTrue(ran.err().contains("not for 'a'"), ran.err());
        assertTrue(ran.err().contains(file + ":4: site: is missing"), ran.err());
    }

    private static Reply applied(String site, int version, int counter, boolean changed) {
        return json(200, document(site, version, counter, changed));
    }

    private static String document(String site, int version, int counter, boolean changed) {
        return "{\"site\":\""
                + site
                + "\",\"version\":"
                + version
                + ",\"revision\":\""
                + HISTORY
                + "."
                + counter
                + "\",\"changed\":"
                + changed
                + "}";
    }

    private static Reply nodes(String... nodes) {
        return json(200, "{\"site\":\"a\",\"nodes\":[" + String.join(",", nodes) + "]}");
    }

    private static String node(String name, boolean applied, String problem) {
        return "{\"name\":\""
                + name
                + "\",\"role\":\"edge\",\"applied\":"
                + applied
                + (problem.isEmpty() ? "" : ",\"problem\":\"" + problem + "\"")
                + "}";
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
