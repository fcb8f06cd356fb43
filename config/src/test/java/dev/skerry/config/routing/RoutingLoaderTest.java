package dev.skerry.config.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.schema.ReferencePage;
import dev.skerry.config.text.Problem;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoutingLoaderTest {
    private static final Path PAGE = Path.of("../docs/routing.md");
    private static final boolean WRITE = "write".equals(System.getProperty("skerry.documents"));

    @TempDir private Path folder;

    @Test
    void everyKeyIsRead() throws Exception {
        Path geo = Files.writeString(folder.resolve("City.mmdb"), "x");
        Path token = Files.writeString(folder.resolve("debug.token"), "secret");
        Routing routing =
                valid(
                        """
                        locations:
                          fra: {latitude: 50.11, longitude: -8.68}
                          iad: {country: us}
                        networks:
                          - {cidr: 10.0.0.0/8, location: fra}
                          - {cidr: "2001:db8::/32", location: iad}
                        default-location: fra
                        trusted-proxies: [127.0.0.1/32, "::1"]
                        geo-database: City.mmdb
                        no-edge: origin
                        debug-token-file: %s
                        """
                                .formatted(token));
        assertEquals(
                new Routing(
                        Map.of(
                                "fra", new Whereabouts.Point(50.11, -8.68),
                                "iad", new Whereabouts.Country("US")),
                        List.of(
                                new Routing.Network(Cidr.of("10.0.0.0/8"), "fra"),
                                new Routing.Network(Cidr.of("2001:db8::/32"), "iad")),
                        "fra",
                        List.of(Cidr.of("127.0.0.1"), Cidr.of("::1/128")),
                        geo,
                        Routing.NoEdge.ORIGIN,
                        token),
                routing);
    }

    @Test
    void anEmptyFileSaysNothing() throws Exception {
        assertEquals(Routing.DEFAULT, valid(""));
        assertEquals(Routing.DEFAULT, valid("locations: {}\n"));
    }

    @Test
    void everythingWrongIsReportedAtOnceWithItsLine() throws Exception {
        List<String> problems =
                problems(
                        """
                        locations:
                          fra: {latitude: 95, longitude: 8.68}
                          iad: {country: QQ}
                          lhr: {latitude: 51}
                          nrt: {country: JP, latitude: 35, longitude: 139}
                          syd: {}
                          "bad name": {country: DE}
                        networks:
                          - {cidr: 10.1.0.0/8, location: syd}
                          - {cidr: 192.0.2.0/24, location: nrd}
                          - {cidr: 192.0.2.0/24, location: nrt}
                          - {cidr: 192.0.2.0/33, location: nrt}
                        default-location: nowhere
                        trusted-proxies: [localhost]
                        geo-database: no.mmdb
                        no-edge: maybe
                        debug-token: x
                        """);
        String all = String.join("\n", problems);
        assertTrue(all.contains(":2: locations.fra.latitude: '95'"), all);
        assertTrue(all.contains(":3: locations.iad.country: 'QQ'"), all);
        assertTrue(all.contains(":4: locations.lhr: has a latitude without a longitude"), all);
        assertTrue(all.contains(":5: locations.nrt: has both"), all);
        assertTrue(all.contains(":6: locations.syd: says nowhere"), all);
        assertTrue(all.contains(":7: locations.bad name: 'bad name' is not"), all);
        assertTrue(all.contains(":9: networks[0].cidr: '10.1.0.0/8' names an address"), all);
        assertTrue(all.contains(":10: networks[1].location: 'nrd' is not among"), all);
        assertTrue(all.contains("did you mean 'nrt'?"), all);
        assertTrue(all.contains(":11: networks[2].cidr: '192.0.2.0/24' is given already"), all);
        assertTrue(all.contains(":12: networks[3].cidr: '192.0.2.0/33'"), all);
        assertTrue(all.contains(":13: default-location: 'nowhere'"), all);
        assertTrue(all.contains(":14: trusted-proxies[0]: 'localhost'"), all);
        assertTrue(all.contains(":15: geo-database: 'no.mmdb'"), all);
        assertTrue(all.contains(":16: no-edge: 'maybe'"), all);
        assertTrue(all.contains(":17: debug-token: unknown key"), all);
    }

    @Test
    void twoDocumentsAndNoFileAreRefused() throws Exception {
        assertTrue(problems("no-edge: origin\n---\nno-edge: origin\n").getFirst().contains("one"));
        LoadedRouting missing = RoutingLoader.load(folder.resolve("missing.yaml"));
        assertNull(missing.routing());
        assertTrue(missing.problems().getFirst().message().contains("no such file"));
    }

    @Test
    void networksAreReadAtTheLimitsAndNotBeyond() {
        for (String good : List.of("0.0.0.0/0", "255.255.255.255/32", "::/0", "::1/128")) {
            int bits = Integer.parseInt(good.substring(good.indexOf('/') + 1));
            assertEquals(bits, Cidr.of(good).bits(), good);
        }
        for (String bad :
                List.of(
                        "10.0.0.0/33",
                        "::/129",
                        "10.0.0.0/-1",
                        "10.0.0.0/08",
                        "10/8",
                        "10.0.0/8",
                        "fe80::1%eth0/128",
                        "1.2.3.256",
                        "/8",
                        "",
                        "::ffff:10.0.0.0/104")) {
            assertThrows(IllegalArgumentException.class, () -> Cidr.of(bad), bad);
        }
    }

    @Test
    void addressesAreReadInTheirUsualSpellingOnly() {
        assertEquals(InetAddress.ofLiteral("192.0.2.1"), IpLiteral.parse("192.0.2.1"));
        assertEquals(InetAddress.ofLiteral("192.0.2.1"), IpLiteral.parse("::ffff:192.0.2.1"));
        assertEquals(InetAddress.ofLiteral("2001:db8::1"), IpLiteral.parse("2001:DB8::1"));
        for (String bad :
                List.of(
                        "",
                        "1",
                        "1.2.3",
                        "0x7f.0.0.1",
                        "a.b.c.d",
                        "1:2",
                        "[::1]",
                        "::1%lo",
                        "unknown",
                        "192.0.2.1:80",
                        "1.2.3.4.5",
                        ":::",
                        "1.2.3.4 ")) {
            assertNull(IpLiteral.parse(bad), bad);
        }
    }

    @Test
    void thePageHasEveryKeyAndItsExamplesAreValid() throws Exception {
        String page = Files.readString(PAGE);
        String begin = "<!-- routing keys: generated -->\n";
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf("<!-- end -->", from);
        assertTrue(from >= begin.length() && to >= from, "no place for the keys");
        String table = ReferencePage.of(RoutingKeys.DOCUMENT);
        if (WRITE) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
        }
        assertEquals(table, WRITE ? table : page.substring(from, to));
        Matcher blocks = Pattern.compile("(?ms)^```yaml\n(.*?)^```").matcher(page);
        int found = 0;
        Files.writeString(folder.resolve("City.mmdb"), "x");
        Files.writeString(folder.resolve("debug.token"), "x");
        while (blocks.find()) {
            found++;
            valid(blocks.group(1));
        }
        assertTrue(found >= 1, "no example");
    }

    private Routing valid(String yaml) throws Exception {
        LoadedRouting loaded = load(yaml);
        assertEquals(List.of(), loaded.problems());
        Routing routing = loaded.routing();
        assertNotNull(routing);
        return routing;
    }

    private List<String> problems(String yaml) throws Exception {
        LoadedRouting loaded = load(yaml);
        assertNull(loaded.routing());
        return loaded.problems().stream().map(Problem::toString).toList();
    }

    private LoadedRouting load(String yaml) throws Exception {
        return RoutingLoader.load(Files.writeString(folder.resolve("routing.yaml"), yaml));
    }
}
