package dev.skerry.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OriginTest {
    @Test
    void hostPortAndBasePathAreTakenApart() {
        Origin origin = Origin.of("https://Shop_1.Example:8443/base/Path/");
        assertEquals("https", origin.scheme());
        assertEquals("shop_1.example", origin.host());
        assertEquals(8443, origin.port());
        assertEquals("/base/Path", origin.basePath());
        assertEquals("shop_1.example:8443", origin.authority());
        assertEquals("shop_1.example:8443", origin.name());
    }

    @Test
    void defaultPortsAreLeftOutOfHost() {
        assertEquals("a", Origin.of("http://a").authority());
        assertEquals("a", Origin.of("http://a:80/").authority());
        assertEquals("a:443", Origin.of("http://a:443").authority());
        assertEquals("a", Origin.of("HTTPS://a:443").authority());
        assertEquals("a:443", Origin.of("https://a").name());
    }

    @Test
    void sixthVersionLiteralsAreUnderstood() {
        Origin origin = Origin.of("http://[2001:db8::1]:81/x");
        assertEquals("2001:db8::1", origin.host());
        assertEquals("[2001:db8::1]:81", origin.authority());
        assertEquals("[::1]", Origin.of("http://[::1]").authority());
        assertEquals("[::1]:80", Origin.of("http://[::1]").name());
    }

    @Test
    void targetsAreJoinedByteForByte() {
        assertEquals("/a%2F//b?", Origin.of("http://o").target("/a%2F//b?"));
        assertEquals("/base/a?b=%zz", Origin.of("http://o/base/").target("/a?b=%zz"));
        assertEquals("/base/", Origin.of("http://o/base").target("/"));
        assertEquals("*", Origin.of("http://o/base").target("*"));
    }

    @Test
    void anythingElseIsNoUpstream() {
        for (String bad :
                new String[] {
                    "",
                    "o",
                    "ftp://o",
                    "http:/o",
                    "http://",
                    "http:///a",
                    "http://:80",
                    "http://o:",
                    "http://o:0",
                    "http://o:65536",
                    "http://o:x",
                    "http://o:-1",
                    "http://user@o",
                    "http://o/a?b",
                    "http://o/a#b",
                    "http://o/a b",
                    "http://o/ä",
                    "http://[::1",
                    "http://a[::1]",
                }) {
            assertThrows(IllegalArgumentException.class, () -> Origin.of(bad), bad);
        }
        assertEquals(65535, Origin.of("http://o:65535").port());
    }

    @Test
    void weightsHaveARange() {
        assertEquals(1, Origin.of("http://o", 1, Origin.DEFAULT_TIMEOUTS).weight());
        assertEquals(1_000_000, Origin.of("http://o", 1_000_000, Origin.DEFAULT_TIMEOUTS).weight());
        for (int bad : new int[] {0, -1, 1_000_001}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Origin.of("http://o", bad, Origin.DEFAULT_TIMEOUTS));
        }
    }

    @Test
    void defaultTimeoutsArePinned() {
        assertEquals(Duration.ofSeconds(5), Origin.DEFAULT_TIMEOUTS.connect());
        assertEquals(Duration.ofSeconds(30), Origin.DEFAULT_TIMEOUTS.firstByte());
        assertEquals(Duration.ofSeconds(30), Origin.DEFAULT_TIMEOUTS.betweenBytes());
        assertEquals(Duration.ZERO, Origin.DEFAULT_TIMEOUTS.total());
    }
}
