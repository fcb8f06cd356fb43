package dev.skerry.control.transfer;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.ControlStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes all that a store holds: a JSON object a line. The first says which format it is and where
 * the order stood; then come purges, sites and records; the last has the count and the SHA-256 of
 * all lines before.
 */
public final class StateExport {
    /** The format that this code writes, and the newest that it reads. */
    static final int FORMAT = 1;

    static final String MARK = "skerry-control-state";
    private static final int PAGE = 500;

    private final JsonMapper json = JsonMapper.builder().build();
    private final OutputStream out;
    private final MessageDigest digest = sha256();
    private long lines;

    private StateExport(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes.
     *
     * @param out not closed here
     * @return how many lines came before the last
     */
    public static long write(ControlStore store, OutputStream out, InstantSource wall)
            throws IOException {
        StateExport export = new StateExport(out);
        export.all(store, wall);
        return export.lines;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private void all(ControlStore store, InstantSource wall) throws IOException {
        Snapshot snapshot = store.snapshot();
        line(
                json.createObjectNode()
                        .put(MARK, FORMAT)
                        .put("revision", snapshot.at().revision().toString())
                        .put("hash", snapshot.at().hash())
                        .put("exported", wall.instant().toString()));
        for (PurgeRecord purge : snapshot.purges()) {
            line(purge(purge));
        }
        Map<String, Long> versions = new TreeMap<>();
        SortedMap<String, String> page = store.list("", null, PAGE);
        while (!page.isEmpty()) {
            for (Map.Entry<String, String> each : page.entrySet()) {
                if (!each.getKey().startsWith("replicas/")) {
                    line(
                            json.createObjectNode()
                                    .put("record", each.getKey())
                                    .put("value", each.getValue()));
                }
                noteVersion(each.getKey(), versions);
            }
            page = store.list("", page.lastKey(), PAGE);
        }
        for (SiteDocument site : snapshot.sites()) {
            versions.remove(site.site());
            line(site(site.site(), site.version()).put("document", site.document()));
        }
        for (Map.Entry<String, Long> gone : versions.entrySet()) {
            line(site(gone.getKey(), gone.getValue()));
        }
        ObjectNode end =
                json.createObjectNode()
                        .put("lines", lines)
                        .put("sha256", HexFormat.of().formatHex(digest.digest()));
        out.write(bytes(end));
    }

    /** How far the versions of a site have counted is known by their records alone. */
    private static void noteVersion(String record, Map<String, Long> versions) {
        String[] parts = record.split("/", -1);
        if (parts.length == 4 && parts[0].equals("sites") && parts[2].equals("versions")) {
            versions.merge(parts[1], Long.parseLong(parts[3]), Math::max);
        }
    }

    private ObjectNode site(String site, long version) {
        return json.createObjectNode().put("site", site).put("version", version);
    }

    private ObjectNode purge(PurgeRecord purge) {
        return json.createObjectNode()
                .put("purged", purge.value())
                .put("counter", purge.revision())
                .put("of", purge.site())
                .put("scope", purge.scope().name())
                .put("mode", purge.mode().name())
                .put("accepted", purge.acceptedAtMillis());
    }

    private void line(ObjectNode line) throws IOException {
        byte[] bytes = bytes(line);
        digest.update(bytes);
        out.write(bytes);
        lines++;
    }

    private static byte[] bytes(ObjectNode line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
