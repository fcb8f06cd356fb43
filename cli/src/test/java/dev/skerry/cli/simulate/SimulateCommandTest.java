package dev.skerry.cli.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cli.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** {@code skerry simulate}. */
final class SimulateCommandTest {
    @TempDir private Path folder;

    @Test
    void theTableSaysWhatSizesComeTo() throws Exception {
        Ran ran = Ran.skerry("simulate", trace(), "--memory", "64m", "--disk", "64m");
        assertEquals(0, ran.exit(), ran.err());
        assertTrue(ran.out().startsWith("100 requests for 50 objects of 48.8 KiB\n"), ran.out());
        assertTrue(ran.out().contains("1 lines are not understood, first "), ran.out());
        assertTrue(
                ran.out().lines().anyMatch(line -> line.startsWith("64.0 MiB  64.0 MiB  50.00")),
                ran.out());
    }

    @Test
    void thePictureIsADocument() throws Exception {
        Path svg = folder.resolve("curve.svg");
        Ran ran = Ran.skerry("simulate", trace(), "--memory", "64m", "--svg", svg.toString());
        assertEquals(0, ran.exit(), ran.err());
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
        assertEquals("svg", document.getDocumentElement().getTagName());
        assertEquals(2, document.getElementsByTagName("polyline").getLength());
        assertEquals(10, document.getElementsByTagName("circle").getLength());
    }

    @Test
    void theDocumentHasTheSizes() throws Exception {
        Ran ran = Ran.skerry("simulate", trace(), "--memory", "64m", "--json");
        assertEquals(0, ran.exit(), ran.err());
        assertTrue(
                ran.out().startsWith("{\"requests\":100,\"objects\":50,\"footprint\":50000,"),
                ran.out());
        assertEquals(6, ran.out().split("\"memory\":", -1).length);
    }

    @Test
    void whatCannotBeReplayedIsSaid() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));
        assertEquals(1, Ran.skerry("simulate", empty.toString(), "--memory", "64m").exit());
        Ran missing = Ran.skerry("simulate", folder + "/none", "--memory", "64m");
        assertEquals(2, missing.exit(), missing.err());
        assertEquals(2, Ran.skerry("simulate", trace(), "--memory", "63m").exit());
        assertEquals(2, Ran.skerry("simulate", trace(), "--memory", "64m", "--disk", "x").exit());
    }

    private String trace() throws Exception {
        StringBuilder lines = new StringBuilder("time_s,key,size\n");
        for (int i = 0; i < 100; i++) {
            lines.append(i).append(',').append(i % 50).append(",1000\n");
        }
        return Files.writeString(folder.resolve("trace.csv"), lines.append("what\n")).toString();
    }
}
