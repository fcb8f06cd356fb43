package dev.skerry.net.geo;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A table of networks and their places, wholly in memory. Immutable; for any number of threads. It
 * names a country, coordinates or both, whatever its file knows.
 */
public final class GeoDatabase {
    /** The largest file that is read, in bytes. */
    public static final long MAX_BYTES = 512L << 20;

    private static final String BUNDLED = "country.mmdb.gz";

    private final Reader reader;
    private final boolean onlyIpv4;

    private GeoDatabase(byte[] bytes, String name) throws IOException {
        try {
            this.reader = new Reader(new ByteArrayInputStream(bytes), new CHMCache());
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw damaged(name, e);
        }
        this.onlyIpv4 = reader.getMetadata().ipVersion() == 4;
    }

    /**
     * The table that comes with this program: countries only.
     *
     * @throws IOException when the program's own file cannot be read
     */
    public static GeoDatabase bundled() throws IOException {
        try (InputStream in = GeoDatabase.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new IOException(BUNDLED + " is missing");
            }
            try (GZIPInputStream plain = new GZIPInputStream(in)) {
                return new GeoDatabase(plain.readAllBytes(), BUNDLED);
            }
        }
    }

    /**
     * Reads a file whole and looks at each of its nodes and records, so that no lookup meets damage
     * later. Takes a second or so for a large one: call it where waiting does no harm.
     *
     * @throws IOException when it cannot be read, is damaged, is larger than {@link #MAX_BYTES}, or
     *     tells no address's place; the message names the file and says which
     */
    public static GeoDatabase open(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new IOException(file + " is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        byte[] bytes = Files.readAllBytes(file);
        GeoDatabase database = new GeoDatabase(bytes, file.toString());
        boolean tellsPlaces;
        try {
            tellsPlaces = new TreeWalk(bytes, database.reader).check();
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw damaged(file.toString(), e);
        }
        if (!tellsPlaces) {
            throw new IOException(
                    file + " has neither countries nor coordinates, or not where they are sought");
        }
        return database;
    }

    /** Where an address is; null when the table does not know. */
    public @Nullable Place find(InetAddress address) {
        if (onlyIpv4 && address.getAddress().length != 4) {
            return null;
        }
        try {
            Map<?, ?> entry = reader.get(address, Map.class);
            return entry == null ? null : PlaceReading.of(entry);
        } catch (IOException e) {
            // Every record has been read once: this is a file of ours that was not checked.
            return null;
        }
    }

    /** What it is and when it was made, for logs. */
    @Override
    public String toString() {
        return reader.getMetadata().databaseType() + " of " + reader.getMetadata().buildTime();
    }

    private static IOException damaged(String name, Throwable e) {
        return new IOException(name + " is damaged, or no MaxMind DB file: " + e.getMessage(), e);
    }
}
