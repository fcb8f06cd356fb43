package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code skerry check} says of a file. */
final class CheckCommandTest {
    @TempDir private Path folder;

    @Test
    void aRightFileIsFine() throws Exception {
        Path file = file("site: shop\nhosts: [a.example]\norigins:\n  - url: http://o.example\n");
        assertEquals(
                new Ran(0, file + ": 1 site, fine\n", ""), Ran.skerry("check", file.toString()));
        assertEquals(new Ran(0, "[]\n", ""), Ran.skerry("check", "--json", file.toString()));
    }

    @Test
    void everyProblemIsALineWithItsPlace() throws Exception {
        Path file = file("site: shop\nhots: [a.example]\norigins:\n  - url: ftp://o.example\n");
        Ran ran = Ran.skerry("check", file.toString());
        assertEquals(1, ran.exit());
        assertTrue(ran.out().contains(file + ":2: hots: "), ran.out());
        assertTrue(ran.out().contains(file + ":4: origins[0].url: "), ran.out());
    }

    @Test
    void jsonHasTheSame() throws Exception {
        Path file = file("site: shop\nhots: [a.example]\norigins:\n  - url: http://o.example\n");
        Ran ran = Ran.skerry("check", "--json", file.toString());
        assertEquals(1, ran.exit());
        assertTrue(ran.out().contains("{\"severity\":\"error\",\"file\":\"" + file), ran.out());
        assertTrue(ran.out().contains("\",\"line\":2,\"path\":\"hots\",\"message\":\""), ran.out());
    }

    @Test
    void aFileThatIsNotThereIsAProblem() {
        Path file = folder.resolve("none.yaml");
        Ran ran = Ran.skerry("check", file.toString());
        assertEquals(1, ran.exit());
        assertTrue(ran.out().startsWith(file + ": "), ran.out());
    }

    @Test
    void noFileIsUsedWrongly() {
        assertEquals(2, Ran.skerry("check").exit());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("site.yaml"), text);
    }
}
