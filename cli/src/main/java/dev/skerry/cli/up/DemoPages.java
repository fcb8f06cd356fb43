package dev.skerry.cli.up;

import dev.skerry.cache.http.FieldList;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages and pictures of the demo site, which stay as they are. */
final class DemoPages {
    private static final String EDITED = "Sun, 22 Nov 2026 09:00:00 GMT";

    /** Whoever can be told of a change keeps it; a browser cannot, so it asks each time. */
    private static final FieldList PAGE =
            FieldList.of(
                    "Content-Type",
                    "text/html; charset=utf-8",
                    "Cache-Control",
                    "no-cache",
                    "CDN-Cache-Control",
                    "max-age=600, stale-while-revalidate=60");

    private static final String A_DAY = "public, max-age=86400";

    private final Map<String, Representation> byPath = new HashMap<>();

    /**
     * Reads all of them.
     *
     * @throws IOException when one is not where it was built in
     */
    DemoPages() throws IOException {
        page("/", "index.html", "site page front");
        page("/lighthouses", "lighthouses.html", "site page lighthouses");
        page("/skerries", "skerries.html", "site page skerries");
        page("/try", "try.html", "site page");
        put("/style.css", "style.css", asset("text/css; charset=utf-8"), "site style");
        put("/site.js", "site.js", asset("text/javascript; charset=utf-8"), "site style");
        put("/pictures/night.png", "night.png", asset("image/png"), "site picture");
        for (String name : new String[] {"light", "tower", "rhythms", "skerries"}) {
            String file = name + ".svg";
            put("/pictures/" + file, file, asset("image/svg+xml"), "site picture");
        }
    }

    /** What is at a path; null when it is none of these. */
    @Nullable Representation find(String path) {
        return byPath.get(path);
    }

    private void page(String path, String file, String tags) throws IOException {
        put(path, file, PAGE, tags);
    }

    private static FieldList asset(String type) {
        return FieldList.of("Content-Type", type, "Cache-Control", A_DAY);
    }

    private void put(String path, String file, FieldList fields, String tags) throws IOException {
        byte[] bytes = read(file);
        FieldList all =
                fields.toBuilder()
                        .add("ETag", "\"" + digest(bytes) + "\"")
                        .add("Last-Modified", EDITED)
                        .add("Accept-Ranges", "bytes")
                        .add("Surrogate-Key", tags)
                        .build();
        byPath.put(path, Representation.of(all, bytes));
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = DemoPages.class.getResourceAsStream("site/" + file)) {
            if (in == null) {
                throw new IOException("the demo site has lost its " + file);
            }
            return in.readAllBytes();
        }
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
