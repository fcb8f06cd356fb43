package dev.skerry.net.geo;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table in force: an operator's file when there is one, else the bundled table. A file that
 * changes takes its predecessor's place once it has been read whole and found sound; one that is
 * not leaves the predecessor where it is, and says so in the log. Lookups never wait.
 */
public final class GeoSource {
    private static final Logger LOG = LoggerFactory.getLogger(GeoSource.class);

    private final GeoDatabase bundled;
    private volatile GeoDatabase current;

    // Guarded by this: what was looked at last, be it sound or not.
    private @Nullable Path file;
    private @Nullable Stamp seen;

    private record Stamp(FileTime modified, long size) {}

    /**
     * With the bundled table in force.
     *
     * @throws IOException when the program's own file cannot be read
     */
    public GeoSource() throws IOException {
        this.bundled = GeoDatabase.bundled();
        this.current = bundled;
    }

    /** Where an address is; null when the table does not know. */
    public @Nullable Place find(InetAddress address) {
        return current.find(address);
    }

    /** The table in force. */
    public GeoDatabase current() {
        return current;
    }

    /**
     * Looks whether the file is another than before, by its path, time of change and size, and
     * reads it if so. Blocks while it does; call it every few seconds.
     *
     * @param wanted the operator's file, null for the bundled table
     */
    public synchronized void check(@Nullable Path wanted) {
        if (wanted == null) {
            file = null;
            seen = null;
            current = bundled;
            return;
        }
        Stamp now = stamp(wanted);
        boolean same = wanted.equals(file) && (now == null ? seen == null : now.equals(seen));
        if (same) {
            return;
        }
        file = wanted;
        seen = now;
        if (now == null) {
            LOG.warn("{} cannot be read; places are still looked up in {}", wanted, current);
            return;
        }
        try {
            current = GeoDatabase.open(wanted);
            LOG.info("places are looked up in {}: {}", wanted, current);
        } catch (IOException e) {
            LOG.warn("{}; places are still looked up in {}", e.getMessage(), current);
        }
    }

    private static @Nullable Stamp stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(found.lastModifiedTime(), found.size());
        } catch (IOException e) {
            return null;
        }
    }
}
