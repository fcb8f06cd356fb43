package dev.skerry.control.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.http.FieldList;
import dev.skerry.config.routing.Cidr;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NetworkMapTest {
    @Test
    void theLongestNetworkDecides() {
        NetworkMap map = new NetworkMap();
        map.put(Cidr.of("10.0.0.0/8"), 1);
        map.put(Cidr.of("10.1.0.0/16"), 2);
        map.put(Cidr.of("10.1.2.3/32"), 3);
        map.put(Cidr.of("2001:db8::/32"), 4);
        assertEquals(1, find(map, "10.2.0.1"));
        assertEquals(2, find(map, "10.1.2.2"));
        assertEquals(3, find(map, "10.1.2.3"));
        assertEquals(3, find(map, "::ffff:10.1.2.3"));
        assertEquals(4, find(map, "2001:db8:ffff::1"));
        assertEquals(NetworkMap.NONE, find(map, "2001:db9::1"));
        assertEquals(NetworkMap.NONE, find(map, "11.0.0.1"));
    }

    @Test
    void aNetworkOfEverythingIsOfItsFamilyOnly() {
        NetworkMap map = new NetworkMap();
        assertEquals(NetworkMap.NONE, find(map, "192.0.2.1"));
        map.put(Cidr.of("0.0.0.0/0"), 7);
        assertEquals(7, find(map, "192.0.2.1"));
        assertEquals(NetworkMap.NONE, find(map, "2001:db8::1"));
    }

    @Test
    void itAgreesWithLookingThroughAll() throws Exception {
        Random random = new Random(20261123);
        NetworkMap map = new NetworkMap();
        int[] networks = new int[3000];
        int[] bits = new int[networks.length];
        for (int i = 0; i < networks.length; i++) {
            bits[i] = random.nextInt(4, 25);
            networks[i] = random.nextInt() & (-1 << (32 - bits[i]));
            map.put(new Cidr(address(networks[i]), bits[i]), i);
        }
        for (int n = 0; n < 20_000; n++) {
            int wanted = random.nextInt();
            int longest = -1;
            for (int i = 0; i < networks.length; i++) {
                boolean holds = (wanted & (-1 << (32 - bits[i]))) == networks[i];
                // Of equal networks the later counts.
                longest = holds && (longest < 0 || bits[i] >= bits[longest]) ? i : longest;
            }
            assertEquals(longest, map.find(address(wanted)));
        }
    }

    @Test
    void forwardedForIsBelievedFromTrustedHopsOnly() {
        NetworkMap trusted = new NetworkMap();
        trusted.put(Cidr.of("127.0.0.0/8"), 0);
        trusted.put(Cidr.of("10.0.0.0/8"), 0);
        assertEquals("192.0.2.9", client(trusted, "192.0.2.9", "203.0.113.1"));
        assertEquals("203.0.113.1", client(trusted, "127.0.0.1", "203.0.113.1"));
        assertEquals("203.0.113.1", client(trusted, "127.0.0.1", "8.8.8.8, 203.0.113.1, 10.0.0.1"));
        assertEquals("203.0.113.1", client(trusted, "127.0.0.1", "8.8.8.8", "203.0.113.1"));
        assertEquals("203.0.113.1", client(trusted, "127.0.0.1", "203.0.113.1:4711"));
        assertEquals("2001:db8:0:0:0:0:0:1", client(trusted, "127.0.0.1", "[2001:db8::1]:443"));
        assertEquals("10.0.0.2", client(trusted, "127.0.0.1", "10.0.0.2,10.0.0.1"));
        assertEquals("10.0.0.1", client(trusted, "127.0.0.1", "8.8.8.8, unknown, 10.0.0.1"));
        assertEquals("127.0.0.1", client(trusted, "127.0.0.1", "nobody"));
        assertEquals("127.0.0.1", client(trusted, "127.0.0.1", ""));
        assertEquals("127.0.0.1", client(trusted, "127.0.0.1"));
        assertEquals(
                "203.0.113.1",
                client(trusted, "127.0.0.1", "203.0.113.1" + ",10.0.0.1".repeat(31)));
        assertEquals(
                "10.0.0.1", client(trusted, "127.0.0.1", "203.0.113.1" + ",10.0.0.1".repeat(32)));
    }

    private static String client(NetworkMap trusted, String peer, String... lines) {
        FieldList.Builder fields = FieldList.builder();
        for (String line : lines) {
            fields.add("x-forwarded-for", line);
        }
        return ClientAddress.of(InetAddress.ofLiteral(peer), fields.build(), trusted)
                .getHostAddress();
    }

    private static int find(NetworkMap map, String address) {
        return map.find(InetAddress.ofLiteral(address));
    }

    private static InetAddress address(int bits) throws Exception {
        return InetAddress.getByAddress(
                new byte[] {
                    (byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits
                });
    }
}
