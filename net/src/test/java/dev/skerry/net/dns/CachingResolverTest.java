package dev.skerry.net.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CachingResolverTest {
    @TempDir Path directory;
    private final ManualClock clock = new ManualClock();
    private final Queue<Runnable> behind = new ArrayDeque<>();
    private FakeNameServer server;
    private Path hosts;
    private int id;

    @BeforeEach
    void start() throws IOException {
        server = new FakeNameServer();
        hosts = Files.writeString(directory.resolve("hosts"), "");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private CachingResolver resolver(boolean alsoIpv6, String... confLines) {
        ResolvConf conf = ResolvConf.parse(List.of(confLines));
        return resolver(
                alsoIpv6,
                new ResolvConf(
                        List.of(server.address()),
                        conf.search(),
                        conf.ndots(),
                        Duration.ofSeconds(5),
                        1));
    }

    private CachingResolver resolver(boolean alsoIpv6, ResolvConf conf) {
        NameServers servers = new NameServers(conf, alsoIpv6, () -> id++, System::nanoTime);
        return new CachingResolver(new HostsFile(hosts, servers), clock, behind::add);
    }

    private static String first(Resolver resolver, String name) throws UnknownHostException {
        return resolver.resolve(name).getFirst().getHostAddress();
    }

    private void runBehind() {
        for (Runnable task = behind.poll(); task != null; task = behind.poll()) {
            task.run();
        }
    }

    @Test
    void anAnswerHoldsForItsTtlAndIsRefreshedBehind() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(reply -> reply.address(60, "192.0.2.1"));
        assertEquals("192.0.2.1", first(resolver, "origin.example"));
        server.answer(reply -> reply.address(60, "192.0.2.2"));
        clock.advance(Duration.ofMillis(59_999));
        assertEquals("192.0.2.1", first(resolver, "Origin.EXAMPLE"));
        assertTrue(behind.isEmpty());
        clock.advance(Duration.ofMillis(1));
        assertEquals("192.0.2.1", first(resolver, "origin.example"));
        assertEquals("192.0.2.1", first(resolver, "origin.example"));
        assertEquals(1, behind.size());
        runBehind();
        assertEquals("192.0.2.2", first(resolver, "origin.example"));
        assertEquals(List.of("origin.example. 1", "origin.example. 1"), server.questions());
    }

    @Test
    void callersWaitForANewAnswerWhenTheOldOneIsTooOld() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(reply -> reply.address(60, "192.0.2.1"));
        first(resolver, "origin.example");
        server.answer(reply -> reply.address(60, "192.0.2.2"));
        clock.advance(Duration.ofSeconds(60).plus(CachingResolver.BEHIND));
        assertEquals("192.0.2.2", first(resolver, "origin.example"));
    }

    @Test
    void ttlsAreKeptWithinBounds() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(reply -> reply.address(0, "192.0.2.1"));
        first(resolver, "zero.example");
        clock.advance(CachingResolver.MIN_TTL.minusNanos(1));
        first(resolver, "zero.example");
        assertTrue(behind.isEmpty());
        server.answer(reply -> reply.address(1_000_000, "192.0.2.1"));
        first(resolver, "long.example");
        clock.advance(CachingResolver.MAX_TTL);
        first(resolver, "long.example");
        assertEquals(1, behind.size());
    }

    @Test
    void theLastGoodAddressesAreKeptWhileNobodyAnswers() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(reply -> reply.address(60, "192.0.2.1"));
        first(resolver, "origin.example");
        server.answer(FakeNameServer.Reply::fails);
        clock.advance(Duration.ofSeconds(60).plus(CachingResolver.LAST_GOOD).minusNanos(1));
        assertEquals("192.0.2.1", first(resolver, "origin.example"));
        int asked = server.questions().size();
        assertEquals("192.0.2.1", first(resolver, "origin.example"));
        assertEquals(asked, server.questions().size(), "a failing server was asked at once again");
        clock.advance(CachingResolver.NEGATIVE);
        assertThrows(UnknownHostException.class, () -> first(resolver, "origin.example"));
        server.answer(reply -> reply.address(60, "192.0.2.2"));
        clock.advance(CachingResolver.NEGATIVE);
        assertEquals("192.0.2.2", first(resolver, "origin.example"));
    }

    @Test
    void aNameThatDoesNotExistIsForgottenAtOnceAndAskedForAgainSoon() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(reply -> reply.noSuchName(2));
        assertThrows(UnknownHostException.class, () -> first(resolver, "new.example"));
        server.answer(reply -> reply.address(60, "192.0.2.1"));
        clock.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThrows(UnknownHostException.class, () -> first(resolver, "new.example"));
        clock.advance(Duration.ofNanos(1));
        assertEquals("192.0.2.1", first(resolver, "new.example"));
        server.answer(reply -> reply.noSuchName(2));
        clock.advance(Duration.ofSeconds(60).plus(CachingResolver.BEHIND));
        assertThrows(UnknownHostException.class, () -> first(resolver, "new.example"));
    }

    @Test
    void severalAddressesTakeTurns() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(reply ->
                reply.address(60, "192.0.2.1").address(60, "192.0.2.2").address(9, "192.0.2.3"));
        for (String expected : List.of("1", "2", "3", "1")) {
            List<InetAddress> all = resolver.resolve("many.example");
            assertEquals(3, all.size());
            assertEquals("192.0.2." + expected, all.getFirst().getHostAddress());
        }
        // The shortest TTL counts.
        clock.advance(Duration.ofSeconds(9));
        resolver.resolve("many.example");
        assertEquals(1, behind.size());
    }

    @Test
    void aliasesAreFollowedAndTheirTtlCounts() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(reply -> reply.alias(5, 60, "192.0.2.9"));
        assertEquals("192.0.2.9", first(resolver, "www.example"));
        clock.advance(Duration.ofSeconds(5));
        first(resolver, "www.example");
        assertEquals(1, behind.size());
    }

    @Test
    void bothFamiliesAreAskedForWhereBothCanBeReached() throws Exception {
        CachingResolver resolver = resolver(true);
        server.answer(reply ->
                reply.question().endsWith(" 28")
                        ? reply.address(60, "2001:db8::1")
                        : reply.address(60, "192.0.2.1"));
        assertEquals(
                List.of(InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("192.0.2.1")),
                resolver.resolve("both.example"));
    }

    @Test
    void whatDoesNotFitIsAskedForOverTcp() throws Exception {
        CachingResolver resolver = resolver(false);
        server.answer(
                reply -> reply.overTcp() ? reply.address(60, "192.0.2.7") : reply.truncated());
        assertEquals("192.0.2.7", first(resolver, "large.example"));
    }

    @Test
    void aSilentServerIsFollowedByTheNextAndForgedRepliesAreIgnored() throws Exception {
        try (FakeNameServer second = new FakeNameServer();
                FakeNameServer forging = new FakeNameServer()) {
            server.answer(FakeNameServer.Reply::silent);
            forging.answer(reply -> reply.address(60, "203.0.113.66").withOtherId());
            second.answer(reply -> reply.address(60, "192.0.2.1"));
            List<InetSocketAddress> servers =
                    List.of(server.address(), forging.address(), second.address());
            Duration soon = Duration.ofMillis(100);
            CachingResolver resolver =
                    resolver(false, new ResolvConf(servers, List.of(), 1, soon, 2));
            assertEquals("192.0.2.1", first(resolver, "origin.example"));
        }
    }

    @Test
    void theSearchListIsUsedAsConfigured() throws Exception {
        CachingResolver resolver = resolver(false, "search ns.svc svc", "options ndots:2");
        server.answer(reply ->
                reply.question().startsWith("shop.svc.")
                        ? reply.address(60, "192.0.2.1")
                        : reply.noSuchName(1));
        assertEquals("192.0.2.1", first(resolver, "shop"));
        assertEquals(List.of("shop.ns.svc. 1", "shop.svc. 1"), server.questions());
        server.questions().clear();
        assertThrows(UnknownHostException.class, () -> first(resolver, "a.b.c"));
        assertEquals(List.of("a.b.c. 1", "a.b.c.ns.svc. 1", "a.b.c.svc. 1"), server.questions());
        server.questions().clear();
        assertThrows(UnknownHostException.class, () -> first(resolver, "d."));
        assertEquals(List.of("d. 1"), server.questions());
    }

    @Test
    void literalsLocalhostAndTheHostsFileAskNobody() throws Exception {
        Files.writeString(hosts, "# none\n192.0.2.5\tone.example ONE # two.example\nbad line\n");
        CachingResolver resolver = resolver(false);
        assertEquals("192.0.2.5", first(resolver, "one.example"));
        assertEquals("192.0.2.5", first(resolver, "one"));
        assertEquals("127.0.0.1", first(resolver, "localhost"));
        assertEquals("127.0.0.1", first(resolver, "a.localhost"));
        assertEquals("198.51.100.1", first(resolver, "198.51.100.1"));
        assertEquals("0:0:0:0:0:0:0:1", first(resolver, "[::1]"));
        assertEquals("2001:db8:0:0:0:0:0:1", first(resolver, "2001:db8::1"));
        assertEquals(List.of(), server.questions());
        server.answer(reply -> reply.address(60, "192.0.2.6"));
        assertEquals("192.0.2.6", first(resolver, "two.example"));
    }

    @Test
    void theSystemsConfigurationKnowsLocalhost() throws Exception {
        CachingResolver system = CachingResolver.ofSystem(System::nanoTime);
        assertTrue(system.resolve("localhost").getFirst().isLoopbackAddress());
    }

    @Test
    void namesThatDnsCannotHoldAreUnknown() {
        CachingResolver resolver = resolver(false);
        for (String bad : List.of("", ".", "a..b", "x".repeat(64), "x.".repeat(127) + "y")) {
            assertThrows(UnknownHostException.class, () -> resolver.resolve(bad), bad);
        }
        assertEquals(List.of(), server.questions());
    }

    @Test
    void malformedMessagesAreRefused() throws Exception {
        byte[] query = DnsMessage.query(1, "origin.example", DnsMessage.A);
        byte[] reply = query.clone();
        reply[2] = (byte) 0x81;
        assertEquals(0, DnsMessage.reply(query, reply, reply.length).addresses().size());
        for (int length = 0; length < reply.length; length++) {
            int cut = length;
            assertThrows(IOException.class, () -> DnsMessage.reply(query, reply, cut));
        }
        // A pointer to itself.
        byte[] loop = reply.clone();
        loop[12] = (byte) 0xc0;
        loop[13] = 12;
        assertThrows(IOException.class, () -> DnsMessage.reply(query, loop, loop.length));
        assertThrows(IOException.class, () -> DnsMessage.reply(query, query, query.length));
    }
}
