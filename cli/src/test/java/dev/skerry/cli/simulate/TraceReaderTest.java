package dev.skerry.cli.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be replayed. */
final class TraceReaderTest {
    @TempDir private Path folder;

    @Test
    void aTraceHasTimeKeyAndSize() throws IOException {
        Trace trace = read("time_s,key,size\n0,7,100\n0.5,8,0\n1,7,100\n").trace();
        assertEquals(3, trace.requests());
        assertEquals(2, trace.objects());
        assertEquals(100, trace.size(0));
        assertEquals(1, trace.size(1), "an empty body takes room as well");
        assertEquals(trace.object(0), trace.object(2));
    }

    @Test
    void aTraceMayBeCompressed() throws IOException {
        Path file = folder.resolve("trace.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("0,7,100\n1,8,200\n".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(300, TraceReader.read(file).trace().footprint());
    }

    @Test
    void ofACommonLogWhatACacheCouldAnswerCounts() throws IOException {
        String form =
                "1.2.3.4 - - [23/Nov/2026:12:00:00 +0000] \"%s %s HTTP/1.1\" %s %s \"-\" \"x\"\n";
        TraceReader.Read read =
                read(
                        form.formatted("GET", "/a", "200", "10")
                                + form.formatted("GET", "/a", "304", "-")
                                + form.formatted("GET", "/a", "206", "30")
                                + form.formatted("POST", "/a", "200", "10")
                                + form.formatted("GET", "/b", "404", "10"));
        assertEquals(3, read.trace().requests());
        assertEquals(1, read.trace().objects());
        assertEquals(30, read.trace().size(0), "the largest answer");
        assertEquals(2, read.skipped());
        assertEquals(0, read.bad());
    }

    @Test
    void ofAnAccessLogTheHostIsPartOfTheKey() throws IOException {
        String form =
                "{\"method\":\"GET\",\"scheme\":\"https\",\"host\":\"%s\",\"target\":\"/a\\\"b\","
                        + "\"status\":200,\"bytes\":%d,\"cache\":\"hit\"}\n";
        Trace trace =
                read(form.formatted("one.example", 5) + form.formatted("two.example", 6)).trace();
        assertEquals(2, trace.objects());
        assertEquals(11, trace.footprint());
        assertNotEquals(trace.key(0), trace.key(1));
    }

    @Test
    void badLinesAreCountedAndTheFirstIsNamed() throws IOException {
        TraceReader.Read read =
                read("0,7,100\n\n0,7\n0,7,-1\nx,7,1\n0,,1\n{}\nnonsense\n1,7,100\n");
        assertEquals(2, read.trace().requests());
        assertEquals(6, read.bad());
        assertEquals(folder.resolve("trace") + ":3", read.firstBad());
    }

    @Test
    void whatIsUnderstoodNamesNothing() throws IOException {
        assertNull(read("time,key,size\n1,2,3\n").firstBad());
        assertEquals(0, read("").trace().requests());
    }

    @Test
    void aSampleHasAllRequestsOfItsObjects() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 4000; i++) {
            lines.append("0,").append(i % 1000).append(",10\n");
        }
        Trace sample = read(lines.toString()).trace().sample(4);
        assertEquals(4 * sample.objects(), sample.requests());
        assertEquals(250, sample.objects(), 60);
    }

    private TraceReader.Read read(String text) throws IOException {
        Path file = folder.resolve("trace");
        Files.writeString(file, text);
        return TraceReader.read(file);
    }
}
