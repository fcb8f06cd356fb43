package dev.skerry.net.geo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GeoDatabaseTest {
    @TempDir private Path folder;

    @Test
    void theBundledTableKnowsCountriesOfBothFamilies() throws Exception {
        GeoDatabase table = GeoDatabase.bundled();
        assertEquals("US", country(table, "8.8.8.8"));
        assertEquals("US", country(table, "2001:4860:4860::8888"));
        assertEquals("NL", country(table, "193.0.6.139"));
        assertEquals("JP", country(table, "133.11.0.1"));
        assertEquals("JP", country(table, "2001:200::1"));
        assertEquals("US", country(table, "::ffff:8.8.8.8"));
        assertNull(table.find(InetAddress.ofLiteral("10.0.0.1")));
        assertNull(table.find(InetAddress.ofLiteral("fd00::1")));
    }

    @Test
    void everyCountryHasAPoint() {
        for (String code : Locale.getISOCountries()) {
            assertNotNull(Countries.coordinates(code), code);
        }
        assertNotNull(Countries.coordinates("XK"));
        assertEquals(Locale.getISOCountries().length + 1, Countries.codes().size());
        assertNull(Countries.coordinates("ZZ"));
    }

    @Test
    void theBundledTableIsSoundThroughout() throws Exception {
        Path plain = folder.resolve("country.mmdb");
        try (InputStream in = GeoDatabase.class.getResourceAsStream("country.mmdb.gz")) {
            assertNotNull(in);
            Files.write(plain, new GZIPInputStream(in).readAllBytes());
        }
        assertEquals("US", country(GeoDatabase.open(plain), "8.8.8.8"));
    }

    @Test
    void cityFilesAreReadWhetherNestedOrFlat() throws Exception {
        Map<String, Object> nested =
                Map.of(
                        "country", Map.of("iso_code", "DE"),
                        "location", Map.of("latitude", 50.11, "longitude", 8.68));
        Map<String, Object> flat =
                Map.of("country_code", "US", "latitude", 39.04f, "longitude", -77.49f);
        Map<String, Object> text = Map.of("country", "jp", "lat", "35.69", "lng", "139.69");
        Map<String, Object> only = Map.of("registered_country", Map.of("iso_code", "SG"));
        Path file =
                write(
                        new MmdbFile(6)
                                .add("192.0.2.0/24", nested)
                                .add("2001:db8:1::/48", flat)
                                .add("2001:db8:2::/48", text)
                                .add("2001:db8:3::/48", only)
                                .add("2001:db8:4::/48", Map.of("city", "Atlantis")));
        GeoDatabase table = GeoDatabase.open(file);
        assertEquals(new Place("DE", Coordinates.of(50.11, 8.68)), find(table, "192.0.2.77"));
        assertEquals(
                new Place("US", Coordinates.of(39.04f, -77.49f)), find(table, "2001:db8:1::7"));
        assertEquals(new Place("JP", Coordinates.of(35.69, 139.69)), find(table, "2001:db8:2::7"));
        assertEquals(new Place("SG", null), find(table, "2001:db8:3::7"));
        assertNull(find(table, "2001:db8:4::7"));
        assertNull(find(table, "192.0.3.1"));
    }

    @Test
    void coordinatesThatAreNoneAreLeftOut() throws Exception {
        Path file =
                write(
                        new MmdbFile(4)
                                .add(
                                        "192.0.2.0/24",
                                        Map.of("country", "DE", "lat", "91", "lng", "8"))
                                .add("198.51.100.0/24", Map.of("lat", "90", "lng", "-180")));
        GeoDatabase table = GeoDatabase.open(file);
        assertEquals(new Place("DE", null), find(table, "192.0.2.1"));
        assertEquals(new Place(null, Coordinates.of(90, -180)), find(table, "198.51.100.1"));
        assertNull(find(table, "2001:db8::1"));
    }

    @Test
    void damageIsRefusedWhereverItIs() throws Exception {
        byte[] sound = city().bytes();
        Path file = folder.resolve("damaged.mmdb");
        for (int length : new int[] {0, 1, sound.length / 2, sound.length - 20}) {
            Files.write(file, Arrays.copyOf(sound, length));
            assertThrows(IOException.class, () -> GeoDatabase.open(file), length + " bytes");
        }
        byte[] astray = sound.clone();
        // The first node's left child: a record far outside.
        astray[0] = 0x7f;
        Files.write(file, astray);
        IOException refused = assertThrows(IOException.class, () -> GeoDatabase.open(file));
        assertTrue(refused.toString().contains("damaged"), refused::toString);
        byte[] circle = sound.clone();
        // Both children of the first node: itself.
        Arrays.fill(circle, 0, 6, (byte) 0);
        Files.write(file, circle);
        assertThrows(IOException.class, () -> GeoDatabase.open(file));
    }

    @Test
    void noDamageMakesReadingFailOtherwiseThanItSays() throws Exception {
        byte[] sound = city().bytes();
        Path file = folder.resolve("fuzzed.mmdb");
        Random random = new Random(20261123);
        InetAddress address = InetAddress.ofLiteral("192.0.2.1");
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = sound.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            try {
                GeoDatabase.open(file).find(address);
            } catch (IOException refused) {
                assertTrue(refused.toString().contains("fuzzed.mmdb"), refused.toString());
            }
        }
    }

    @Test
    void aFileThatTellsNoPlaceIsRefused() throws Exception {
        Path file = write(new MmdbFile(4).add("192.0.2.0/24", Map.of("asn", "AS64496")));
        IOException refused = assertThrows(IOException.class, () -> GeoDatabase.open(file));
        assertTrue(refused.toString().contains("neither"), refused.toString());
    }

    @Test
    void distancesAreThoseOfTheGlobe() {
        Coordinates frankfurt = Coordinates.of(50.11, 8.68);
        Coordinates ashburn = Coordinates.of(39.04, -77.49);
        assertEquals(6550, frankfurt.kilometresTo(ashburn), 30);
        assertEquals(0, frankfurt.kilometresTo(frankfurt), 0.001);
        assertEquals(
                Math.PI * 6371, Coordinates.of(90, 0).kilometresTo(Coordinates.of(-90, 0)), 0.1);
        // The date line is no border.
        assertTrue(
                Coordinates.of(0, 179).nearness(Coordinates.of(0, -179))
                        > Coordinates.of(0, 179).nearness(Coordinates.of(0, 170)));
        assertThrows(IllegalArgumentException.class, () -> Coordinates.of(90.01, 0));
        assertThrows(IllegalArgumentException.class, () -> Coordinates.of(0, Double.NaN));
    }

    private static MmdbFile city() throws Exception {
        return new MmdbFile(6)
                .add(
                        "192.0.2.0/24",
                        Map.of(
                                "country", Map.of("iso_code", "DE"),
                                "location", Map.of("latitude", 50.11, "longitude", 8.68)))
                .add("198.51.100.0/24", Map.of("country", Map.of("iso_code", "US")));
    }

    private Path write(MmdbFile content) throws IOException {
        return Files.write(folder.resolve("City.mmdb"), content.bytes());
    }

    private static @Nullable String country(GeoDatabase table, String address) {
        Place place = find(table, address);
        return place == null ? null : place.country();
    }

    private static @Nullable Place find(GeoDatabase table, String address) {
        return table.find(InetAddress.ofLiteral(address));
    }
}
