package dev.skerry.control.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.protocol.Position;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StaleVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link StateExport} wrote into an empty store. The file is read to its end before
 * anything is written: one that is damaged changes nothing. A new history begins with a floor under
 * everything, because what nodes hold may be older than what was purged after the export (PURGE.md
 * rule 17); the purges in the file are for people.
 */
public final class StateImport {
    private final JsonMapper json = JsonMapper.builder().build();
    private final Path file;
    private final List<Entry> records = new ArrayList<>();
    private final List<Draft.RestoreSite> sites = new ArrayList<>();
    private String revision = "";

    private StateImport(Path file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read, is not whole, or is of a newer format
     */
    public static StateImport read(Path file) throws IOException {
        StateImport read = new StateImport(file);
        read.check();
        return read;
    }

    /** How many sites there were. */
    public long sites() {
        return sites.stream().filter(site -> site.document() != null).count();
    }

    /** Where the order stood. */
    public String revision() {
        return revision;
    }

    /**
     * Writes everything.
     *
     * @return where the new history begins
     * @throws IOException when the store is not empty, then nothing changed; or when it fails
     */
    public Position into(ControlStore store) throws IOException {
        if (store.head().counter() != 1 || !store.list("", null, 1).isEmpty()) {
            throw new IOException(
                    "the store is not empty: import takes a new data directory, or a new prefix in"
                            + " etcd");
        }
        // Documents before what refers to them.
        for (int i = 0; i < records.size(); i += ControlStore.MOST_RECORDS) {
            int end = Math.min(records.size(), i + ControlStore.MOST_RECORDS);
            store.put(records.subList(i, end));
        }
        try {
            for (Draft.RestoreSite site : sites) {
                ControlStore.Appended _ = store.append(List.of(site), changes -> List.of());
            }
        } catch (StaleVersion e) {
            throw new IllegalStateException("nothing here expects a version", e);
        }
        return store.newHistory("imported what was exported at " + revision);
    }

    private void check() throws IOException {
        MessageDigest digest = StateExport.sha256();
        long lines = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line = in.readLine();
            begin(line);
            for (String next = in.readLine(); next != null; next = in.readLine()) {
                digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
                lines++;
                if (lines > 1) {
                    take(parse(line));
                }
                line = next;
            }
            JsonNode end = parse(line);
            if (end.path("lines").asLong() != lines
                    || !end.path("sha256")
                            .asText()
                            .equals(HexFormat.of().formatHex(digest.digest()))) {
                throw damaged("it is not what was written");
            }
        } catch (CharacterCodingException e) {
            throw damaged("it is no UTF-8");
        }
    }

    private void begin(@Nullable String line) throws IOException {
        JsonNode first = parse(line);
        int format = first.path(StateExport.MARK).asInt();
        if (format < 1) {
            throw damaged("it does not begin as one");
        }
        if (format > StateExport.FORMAT) {
            throw new IOException(
                    file
                            + ": written by a newer version, in format "
                            + format
                            + "; this one knows "
                            + StateExport.FORMAT);
        }
        revision = first.path("revision").asText();
    }

    private void take(JsonNode line) throws IOException {
        try {
            if (line.has("record")) {
                records.add(new Entry(line.path("record").asText(), line.path("value").asText()));
            } else if (line.has("site")) {
                sites.add(
                        new Draft.RestoreSite(
                                line.path("site").asText(),
                                line.path("version").asLong(),
                                line.has("document") ? line.path("document").asText() : null));
            } else if (!line.has("purged")) {
                throw damaged("a line of an unknown kind");
            }
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    private JsonNode parse(@Nullable String line) throws IOException {
        try {
            return json.readTree(line == null ? "" : line);
        } catch (JsonProcessingException e) {
            throw damaged("a line is no JSON");
        }
    }

    private IOException damaged(String how) {
        return new IOException(file + ": no whole export of a control plane: " + how);
    }
}
