package dev.skerry.cli.simulate;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests from a file, compressed by gzip or not: a trace ({@code time_s,key,size} in each
 * line), a node's access log (JSON), or the common or combined log format. Each line says by itself
 * what it is. Of a log, what a cache could have answered counts: GET with a 200, 206 or 304.
 */
final class TraceReader {
    private static final Pattern COMMON =
            Pattern.compile(
                    "^(\\S+) \\S+ \\S+ \\[[^\\]]*\\] \"(\\S+) (\\S+)[^\"]*\" (\\d{3}) (\\d+|-)");
    private static final Pattern FIELD =
            Pattern.compile(
                    "\"(method|scheme|host|target|status|bytes)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\d+))");

    private final Trace.Builder trace = new Trace.Builder();
    private long lines;
    private long skipped;
    private long bad;
    private @Nullable String firstBad;

    private TraceReader() {}

    /**
     * What a file holds.
     *
     * @param skipped lines about requests that no cache answers
     * @param bad lines that could not be understood
     * @param firstBad where the first of them is; null if there is none
     */
    record Read(Trace trace, long skipped, long bad, @Nullable String firstBad) {}

    /** Reads all of a file. */
    static Read read(Path file) throws IOException {
        TraceReader reader = new TraceReader();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                BufferedReader text =
                        new BufferedReader(
                                new InputStreamReader(plain(in), StandardCharsets.ISO_8859_1))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                reader.lines++;
                reader.line(line, file);
            }
        }
        return new Read(reader.trace.build(), reader.skipped, reader.bad, reader.firstBad);
    }

    private static InputStream plain(InputStream in) throws IOException {
        in.mark(2);
        boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return zipped ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private void line(String line, Path file) {
        boolean understood =
                line.isBlank() || (line.charAt(0) == '{' ? json(line) : csv(line) || common(line));
        if (!understood && !(lines == 1 && line.startsWith("time"))) {
            bad++;
            if (firstBad == null) {
                firstBad = file + ":" + lines;
            }
        }
    }

    private boolean csv(String line) {
        int first = line.indexOf(',');
        int second = line.indexOf(',', first + 1);
        if (first < 1 || second < 0 || line.indexOf(',', second + 1) >= 0) {
            return false;
        }
        try {
            Double.parseDouble(line.substring(0, first));
            long size = Long.parseLong(line, second + 1, line.length(), 10);
            if (size < 0 || second == first + 1) {
                return false;
            }
            trace.add(hash(line.substring(first + 1, second)), size);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean common(String line) {
        Matcher match = COMMON.matcher(line);
        if (!match.find()) {
            return false;
        }
        String bytes = match.group(5);
        return request(
                match.group(2),
                match.group(3),
                Integer.parseInt(match.group(4)),
                bytes.equals("-") ? "0" : bytes);
    }

    private boolean json(String line) {
        String method = null;
        String scheme = "";
        String host = "";
        String target = null;
        String status = null;
        String bytes = null;
        Matcher match = FIELD.matcher(line);
        while (match.find()) {
            String value = match.group(2) == null ? match.group(3) : match.group(2);
            switch (match.group(1)) {
                case "method" -> method = value;
                case "scheme" -> scheme = value;
                case "host" -> host = value;
                case "target" -> target = value;
                case "status" -> status = value;
                default -> bytes = value;
            }
        }
        if (method == null || target == null || status == null || bytes == null) {
            return false;
        }
        return status.length() == 3
                && request(method, scheme + ' ' + host + ' ' + target, code(status), bytes);
    }

    private static int code(String status) {
        return status.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(status) : 0;
    }

    private boolean request(String method, String key, int status, String bytes) {
        if (bytes.length() > 18) {
            return false;
        }
        if (method.equals("GET") && (status == 200 || status == 206 || status == 304)) {
            trace.add(hash(key), Long.parseLong(bytes));
        } else {
            skipped++;
        }
        return true;
    }

    private static long hash(String key) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001B3L;
            hash ^= hash >>> 29;
        }
        return hash;
    }
}
