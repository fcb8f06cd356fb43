package dev.skerry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a JDK and a Maven of straw, which say what they were asked. */
final class LauncherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path folder;

    private Path home = Path.of("");
    private Path jdk = Path.of("");
    private Path bin = Path.of("");

    @BeforeEach
    void layOutASourceFolder() throws IOException {
        home = Files.createDirectories(folder.resolve("a folder"));
        Path launcher = Path.of("").toAbsolutePath().resolveSibling("skerry");
        Files.copy(launcher, home.resolve("skerry")).toFile().setExecutable(true);
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.createDirectories(home.resolve("cli/src/main/java"));
        Files.createDirectories(home.resolve("cli/target"));
        Files.writeString(home.resolve("cli/pom.xml"), "<project/>");
        Files.writeString(home.resolve("cli/src/main/java/A.java"), "class A {}");
        jdk = jdk("jdk", "25.0.1");
        bin = Files.createDirectories(folder.resolve("bin"));
        script(
                bin.resolve("mvn"),
                """
                echo "$@" >>"%1$s/mvn.calls"
                echo '[INFO] Building Skerry: cache 0.1.0-SNAPSHOT            [4/10]'
                [ ! -e "%1$s/broken" ] || {
                    echo '[ERROR] /src/A.java:[3,1] class expected'
                    exit 1
                }
                echo jar >"%2$s/cli/target/skerry.jar"
                """
                        .formatted(folder, home));
    }

    @Test
    void firstUseBuildsAndTheNextDoesNot() throws Exception {
        Run first = run("check", "site.yaml");
        assertEquals(0, first.exit, first.err);
        assertTrue(first.err.contains("building"), first.err);
        assertTrue(first.err.contains("cache"), first.err);
        assertTrue(first.out.endsWith("check site.yaml\n"), first.out);

        Run second = run("check", "site.yaml");
        assertEquals("", second.err);
        assertEquals(1, builds());
    }

    @Test
    void aChangedSourceIsBuiltAgain() throws Exception {
        run("check");
        Path source = home.resolve("cli/src/main/java/A.java");
        Files.setLastModifiedTime(source, later());
        run("check");
        assertEquals(2, builds());
    }

    @Test
    void aRemovedSourceIsBuiltAgain() throws Exception {
        run("check");
        Files.delete(home.resolve("cli/src/main/java/A.java"));
        Files.setLastModifiedTime(home.resolve("cli/src/main/java"), later());
        run("check");
        assertEquals(2, builds());
    }

    @Test
    void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
        Files.createFile(folder.resolve("broken"));
        Run broken = run("check");
        assertEquals(1, broken.exit);
        assertTrue(broken.err.contains("A.java:[3,1] class expected"), broken.err);
        assertTrue(broken.err.contains("skerry: the build failed"), broken.err);
        assertEquals("", broken.out);

        Files.delete(folder.resolve("broken"));
        assertEquals(0, run("check").exit);
        assertEquals(2, builds());
    }

    @Test
    void twoStartedAtOnceBuildOnce() throws Exception {
        Process one = start(Map.of(), "check");
        Process two = start(Map.of(), "check");
        assertEquals(0, finish(one).exit);
        assertEquals(0, finish(two).exit);
        assertEquals(1, builds());
    }

    @Test
    void theVersionOfAJdkIsReadFromItsReleaseFile() throws Exception {
        jdk = jdk("old", "17.0.9");
        Run run = run("jdk");
        assertFalse(run.out.contains("/old"), run.out);
    }

    @Test
    void memoryIsSplitIntoHeapAndDirectMemory() throws Exception {
        // 1 GiB: a heap of 192 + 1024/4, direct memory of 1024 + 1024/4.
        assertMemory(448, 1280, run("edge", "--memory", "1g"));
        assertMemory(448, 1280, run("shield", "--memory=1024m"));
        assertMemory(448, 1280, runWith(Map.of("SKERRY_MEMORY", "1G"), "edge"));
        // The flag goes before the variable. 64 MiB: 192 + 16, and 64 + the least headroom, 128.
        assertMemory(208, 192, runWith(Map.of("SKERRY_MEMORY", "1G"), "edge", "--memory=64m"));
        // 16 GiB: 192 + 4096, and 16384 + the most headroom, 1024.
        assertMemory(4288, 17408, run("edge", "--memory", "16g"));
    }

    @Test
    void theControlPlaneAndAWholeNetworkHaveMemoryOfTheirOwn() throws Exception {
        assertMemory(512, 256, runWith(Map.of("SKERRY_MEMORY", "16g"), "control"));
        assertMemory(768, 896, run("up", "--origin", "http://127.0.0.1:1"));
    }

    @Test
    void memoryOfASettingsFileCounts() throws Exception {
        Path file = folder.resolve("node.yaml");
        Files.writeString(file, "name: n\nmemory: \"1g\" # all of it\n");
        assertMemory(448, 1280, run("edge", "--settings", file.toString()));
        assertMemory(448, 1280, run("edge", "--settings=" + file));
        assertMemory(448, 1280, runWith(Map.of("SKERRY_SETTINGS", file.toString()), "edge"));
        assertMemory(208, 192, run("edge", "--settings", file.toString(), "--memory", "64m"));
    }

    @Test
    void aMemorySizeThatIsNoneIsLeftToTheCommandToRefuse() throws Exception {
        for (String size : List.of("lots", "1x", "-5", "", "99999999999999", "8t", "012", "m")) {
            Run run = run("edge", "--memory", size);
            assertEquals(0, run.exit, size + ": " + run.err);
            assertTrue(run.out.contains("-Xmx"), run.out);
        }
    }

    @Test
    void toolsAndHelpStartQuickly() throws Exception {
        for (List<String> quick :
                List.of(List.of("check", "f"), List.of("up", "--help"), List.<String>of())) {
            Run run = run(quick.toArray(String[]::new));
            assertTrue(run.out.contains("-XX:TieredStopAtLevel=1"), run.out);
            assertFalse(run.out.contains("-Xmx"), run.out);
        }
    }

    @Test
    void ownJvmOptionsComeAfterTheChosenOnes() throws Exception {
        Run run = runWith(Map.of("SKERRY_JAVA_OPTS", "-Xmx1g -Da=b"), "edge", "--memory", "1g");
        assertTrue(run.out.indexOf("-Xmx1g -Da=b") > run.out.indexOf("-Xmx448m"), run.out);
    }

    @Test
    void theExitCodeIsTheCommands() throws Exception {
        assertEquals(7, runWith(Map.of("STRAW_EXIT", "7"), "check").exit);
    }

    @Test
    void testRunsMavensVerify() throws Exception {
        assertEquals(0, run("test").exit);
        assertTrue(calls().endsWith("verify\n"), calls());
        assertEquals(0, run("test", "--fast").exit);
        assertTrue(calls().endsWith("verify -DexcludedGroups=slow\n"), calls());
    }

    @Test
    void testTakesNothingButFast() throws Exception {
        Run run = run("test", "--fsat");
        assertEquals(2, run.exit);
        assertTrue(run.err.contains("--fsat") && run.err.contains("--fast"), run.err);
    }

    @Test
    void aFailedTestIsAFailure() throws Exception {
        Files.createFile(folder.resolve("broken"));
        assertEquals(1, run("test").exit);
    }

    @Test
    void aLinkToTheLauncherWorksFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(bin.resolve("s"), home.resolve("skerry"));
        Run run = finish(process(List.of(link.toString(), "check"), Map.of(), folder).start());
        assertEquals(0, run.exit, run.err);
    }

    private static void assertMemory(int heap, int direct, Run run) {
        assertTrue(run.out.contains("-Xmx" + heap + "m "), run.out);
        assertTrue(run.out.contains("-XX:MaxDirectMemorySize=" + direct + "m "), run.out);
    }

    /** A build's sources count as old as its beginning, so this is surely later. */
    private static FileTime later() {
        return FileTime.fromMillis(4_000_000_000_000L);
    }

    private Path jdk(String name, String version) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(made.resolve("bin"));
        Files.writeString(
                made.resolve("release"), "OS_NAME=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(made.resolve("bin/javac"), "exit 9\n");
        script(made.resolve("bin/java"), "echo \"$@\"\nexit ${STRAW_EXIT:-0}\n");
        return made;
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        assertTrue(file.toFile().setExecutable(true));
    }

    private long builds() throws IOException {
        return calls().lines().count();
    }

    private String calls() throws IOException {
        return Files.readString(folder.resolve("mvn.calls"));
    }

    private Run run(String... args) throws Exception {
        return runWith(Map.of(), args);
    }

    private Run runWith(Map<String, String> environment, String... args) throws Exception {
        return finish(start(environment, args));
    }

    private Process start(Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("skerry").toString()));
        command.addAll(List.of(args));
        return process(command, environment, home).start();
    }

    private ProcessBuilder process(
            List<String> command, Map<String, String> environment, Path directory) {
        ProcessBuilder process = new ProcessBuilder(command).directory(directory.toFile());
        process.environment().remove("SKERRY_MEMORY");
        process.environment().remove("SKERRY_JAVA_OPTS");
        process.environment().remove("SKERRY_SETTINGS");
        process.environment().put("JAVA_HOME", jdk.toString());
        process.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        process.environment().putAll(environment);
        return process;
    }

    /** The output is a few lines: far less than a pipe holds. */
    private static Run finish(Process process) throws Exception {
        try {
            assertTrue(
                    process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                    "the launcher did not end");
            return new Run(
                    process.exitValue(),
                    new String(process.getInputStream().readAllBytes(), UTF_8),
                    new String(process.getErrorStream().readAllBytes(), UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    private record Run(int exit, String out, String err) {}
}
