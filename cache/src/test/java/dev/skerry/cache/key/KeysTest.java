package dev.skerry.cache.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
    private static final KeyHasher HASHER = new KeyHasher(counting(16));

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static SipHash reference(int length, boolean wide) {
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L, wide);
        for (byte octet : counting(length)) {
            hash.update(octet);
        }
        return hash;
    }

    /** Vectors of the authors' reference implementation: key 00 to 0f, input 00, 01, 02, … */
    @Test
    void sipHashGivesTheReferenceVectors() {
        assertEquals(0x726fdb47dd0e0e31L, reference(0, false).first());
        assertEquals(0x74f839c593dc67fdL, reference(1, false).first());
        assertEquals(0x93f5f5799a932462L, reference(8, false).first());
        assertEquals(0xa129ca6149be45e5L, reference(15, false).first());
        assertEquals(
                new CacheKey(0x930255c71472f66dL, 0xe6a825ba047f81a3L), reference(0, true).key());
        assertEquals(
                new CacheKey(0x45fc229b11597634L, 0x44af996bd8c187daL), reference(1, true).key());
    }

    @Test
    void aResultMayBeTakenBeforeTheEnd() {
        SipHash hash = reference(8, false);
        assertEquals(hash.first(), hash.first());
        for (int i = 8; i < 15; i++) {
            hash.update(i);
        }
        assertEquals(0xa129ca6149be45e5L, hash.first());
    }

    @Test
    void everyPartOfATargetMakesAnotherKey() {
        Set<CacheKey> keys = new HashSet<>();
        keys.add(HASHER.key("s", "http", "h", "/a"));
        keys.add(HASHER.key("t", "http", "h", "/a"));
        keys.add(HASHER.key("s", "https", "h", "/a"));
        keys.add(HASHER.key("s", "http", "i", "/a"));
        keys.add(HASHER.key("s", "http", "h", "/a?"));
        keys.add(HASHER.key("s", "http", "h/", "a"));
        byte[] other = counting(16);
        other[15]++;
        keys.add(new KeyHasher(other).key("s", "http", "h", "/a"));
        assertEquals(7, keys.size());
        assertEquals(HASHER.key("s", "http", "h", "/a"), HASHER.key("s", "http", "h", "/a"));
    }

    @Test
    void aSecretHasSixteenBytes() {
        assertThrows(IllegalArgumentException.class, () -> new KeyHasher(new byte[15]));
        assertThrows(IllegalArgumentException.class, () -> new KeyHasher(new byte[17]));
    }

    @ParameterizedTest
    @CsvSource({
        "http, example.com, example.com",
        "http, EXAMPLE.com, example.com",
        "http, example.com:80, example.com",
        "http, example.com:, example.com",
        "http, example.com:443, example.com:443",
        "https, example.com:443, example.com",
        "https, example.com:80, example.com:80",
        "http, example.com:8080, example.com:8080",
        "http, example.com., example.com",
        "http, [::1], [::1]",
        "http, [2001:DB8::80], [2001:db8::80]",
        "http, [::1]:80, [::1]",
        "http, ., .",
    })
    void hostsHaveOneSpelling(String scheme, String authority, String expected) {
        assertEquals(expected, Hosts.normalise(scheme, authority));
    }

    @Property
    void normalisingAHostIsTotalAndIdempotent(@ForAll String authority) {
        String once = Hosts.normalise("http", authority.replace(":", "").replace(".", ""));
        assertSame(once, Hosts.normalise("http", once));
        Hosts.normalise("https", authority);
    }

    @Test
    void prefixesEndAtSegments() {
        PurgeKeys keys = PurgeKeys.of("s", "h", "/a/bc/d.js?x=/y");
        assertEquals(4, keys.prefixCount());
        assertEquals(PurgeKeys.prefix("s", "h", ""), keys.prefix(0));
        assertEquals(PurgeKeys.prefix("s", "h", "/"), keys.prefix(0));
        assertEquals(PurgeKeys.prefix("s", "h", "/a"), keys.prefix(1));
        assertEquals(PurgeKeys.prefix("s", "h", "/a/bc/"), keys.prefix(2));
        assertEquals(PurgeKeys.prefix("s", "h", "/a/bc/d.js"), keys.prefix(3));
        assertNotEquals(PurgeKeys.prefix("s", "h", "/a/b"), keys.prefix(2));
        assertEquals(PurgeKeys.url("s", "h", "/a/bc/d.js?x=/y"), keys.url());
        assertEquals(PurgeKeys.host("s", "h"), keys.host());
    }

    @Test
    void aFinalSlashIsNoSegment() {
        assertEquals(1, PurgeKeys.of("s", "h", "/").prefixCount());
        assertEquals(1, PurgeKeys.of("s", "h", "/?q").prefixCount());
        PurgeKeys folder = PurgeKeys.of("s", "h", "/a/");
        assertEquals(2, folder.prefixCount());
        assertEquals(PurgeKeys.prefix("s", "h", "/a/"), folder.prefix(1));
    }

    @Test
    void thirtyTwoSegmentsAreTheMost() {
        String deepest = "/x".repeat(32);
        assertEquals(32, PurgeKeys.segments(deepest));
        assertEquals(32, PurgeKeys.segments(deepest + "/"));
        PurgeKeys keys = PurgeKeys.of("s", "h", deepest + "/y");
        assertEquals(33, keys.prefixCount());
        assertEquals(PurgeKeys.prefix("s", "h", deepest), keys.prefix(32));
        assertEquals(33, PurgeKeys.segments(deepest + "/y"));
    }

    @Test
    void namesOfDifferentScopesAndSitesDiffer() {
        Set<Long> names = new HashSet<>();
        for (String site : List.of("s", "t")) {
            names.add(PurgeKeys.url(site, "h", ""));
            names.add(PurgeKeys.prefix(site, "h", ""));
            names.add(PurgeKeys.host(site, "h"));
            names.add(PurgeKeys.tag(site, "h"));
            names.add(PurgeKeys.everything(site));
        }
        assertEquals(10, names.size());
    }

    /** Ledgers on disk hold these: a change of the hash needs a new format version. */
    @Test
    void namesStayTheSameForever() {
        assertEquals(20659018350827496L, PurgeKeys.tag("shop", "news"));
        assertEquals(4265904592844805717L, PurgeKeys.url("shop", "www.shop.example", "/a?b=1"));
    }
}
