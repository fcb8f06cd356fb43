package dev.skerry.net.geo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GeoSourceTest {
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("8.8.8.8");

    @TempDir private Path folder;
    private Path file = Path.of("");
    private long seconds = 1_700_000_000;

    @BeforeEach
    void name() {
        file = folder.resolve("City.mmdb");
    }

    @Test
    void aFileTakesThePlaceOfTheBundledTableAndGivesItBack() throws Exception {
        GeoSource source = new GeoSource();
        assertEquals("US", country(source));
        write("DE");
        source.check(file);
        assertEquals("DE", country(source));
        source.check(null);
        assertEquals("US", country(source));
        source.check(file);
        assertEquals("DE", country(source));
    }

    @Test
    void aFileThatChangesIsReadAnewAndOnlyThen() throws Exception {
        GeoSource source = new GeoSource();
        write("DE");
        source.check(file);
        GeoDatabase first = source.current();
        source.check(file);
        assertSame(first, source.current());
        write("FR");
        source.check(file);
        assertEquals("FR", country(source));
    }

    @Test
    void aDamagedFileLeavesTheOldTableUntilASoundOneComes() throws Exception {
        GeoSource source = new GeoSource();
        write("DE");
        source.check(file);
        GeoDatabase first = source.current();
        put(new byte[] {1, 2, 3});
        source.check(file);
        assertSame(first, source.current());
        Files.delete(file);
        source.check(file);
        assertSame(first, source.current());
        write("FR");
        source.check(file);
        assertEquals("FR", country(source));
    }

    private void write(String country) throws Exception {
        put(new MmdbFile(4).add("8.0.0.0/8", Map.of("country_code", country)).bytes());
    }

    /** Each with a time of its own, as the file system's may be coarse. */
    private void put(byte[] bytes) throws Exception {
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.fromMillis(++seconds * 1000));
    }

    private static String country(GeoSource source) {
        Place place = source.find(ADDRESS);
        assertNotNull(place);
        return String.valueOf(place.country());
    }
}
