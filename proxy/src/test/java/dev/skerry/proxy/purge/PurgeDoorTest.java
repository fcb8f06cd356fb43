package dev.skerry.proxy.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.config.Origin;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.routing.Cidr;
import dev.skerry.net.client.ClientOptions;
import dev.skerry.net.client.WatchedHttpClient;
import dev.skerry.net.server.HttpServer;
import dev.skerry.net.server.ServerOptions;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.feed.ControlLink;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PurgeDoorTest {
    private static final int OF_THE_PIPELINE = 299;
    private static final String HOST = "Host: www.shop.example";
    private static final String LENT = "lent-to-those-without";

    @TempDir private Path folder;
    private final ScriptedOrigin control = ScriptedOrigin.start();
    private final ScriptedOrigin relay = ScriptedOrigin.start();
    private WatchedHttpClient client;
    private Path token;
    private @Nullable HttpServer server;

    @BeforeEach
    void start() throws IOException {
        client = WatchedHttpClient.create(ClientOptions.defaults());
        token = Files.writeString(folder.resolve("token"), LENT);
        control.always(
                Reply.status(200).field("Content-Type", "application/json").body("{\"id\":1}"));
        relay.always(Reply.status(404).field("Content-Type", "application/problem+json"));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        client.close();
        relay.close();
        control.close();
    }

    @Test
    void aPurgeFromAnAllowedAddressIsHandedOnAndAnswered() throws Exception {
        open(token, control);
        for (String method : List.of("PURGE", "PURGEKEYS", "BAN")) {
            RawResponse response =
                    send(
                            method,
                            "/p/1?a=b",
                            HOST,
                            "xkey-purge: a b",
                            "Fastly-Soft-Purge: 1",
                            "X-Ban-Url: ^/a/",
                            "Cookie: mine");
            assertEquals(200, response.status());
            assertEquals("{\"id\":1}", response.text());
            assertEquals("no-store", response.field("Cache-Control"));
            ReceivedRequest handed = control.requests().getLast();
            assertEquals(method + " /p/1?a=b", handed.method() + " " + handed.target());
            assertEquals("www.shop.example", handed.field("Host"));
            assertEquals("a b", handed.field("xkey-purge"));
            assertEquals("1", handed.field("Fastly-Soft-Purge"));
            assertEquals("^/a/", handed.field("X-Ban-Url"));
            assertEquals(List.of("Bearer " + LENT), handed.fields("Authorization"));
            assertNull(handed.field("Cookie"));
        }
    }

    @Test
    void theTokenIsLentToNobodyWhoShowsOneOrObeysAPage() throws Exception {
        open(token, control);
        for (String line :
                List.of("Fastly-Key: own", "Authorization: Basic x", "Origin: http://evil")) {
            send("PURGE", "/", HOST, line);
            ReceivedRequest handed = control.requests().getLast();
            String name = line.substring(0, line.indexOf(':'));
            assertEquals(line.substring(name.length() + 2), handed.field(name));
            assertTrue(!handed.fields("Authorization").contains("Bearer " + LENT), line);
        }
        stopServer();
        open(null, control);
        send("PURGE", "/", HOST);
        assertNull(control.requests().getLast().field("Authorization"));
    }

    @Test
    void otherMethodsAndOtherAddressesGoToThePipeline() throws Exception {
        open(token, control);
        for (String method : List.of("GET", "purge", "DELETE")) {
            assertEquals(OF_THE_PIPELINE, send(method, "/", HOST).status(), method);
        }
        stopServer();
        open("192.0.2.0/24", token, control);
        assertEquals(OF_THE_PIPELINE, send("PURGE", "/", HOST).status());
        assertEquals(List.of(), control.requests());
    }

    @Test
    void withoutAllowedAddressesNothingStandsBeforeThePipeline() throws Exception {
        assertNull(PurgeDoor.of(null, exchange -> {}));
        assertNull(PurgeDoor.of(settings(List.of(), null), exchange -> {}));
    }

    @Test
    void aRelayIsPassedOverAndARefusalIsGivenAsItCame() throws Exception {
        open(token, relay, control);
        assertEquals(200, send("PURGE", "/", HOST).status());
        control.always(
                Reply.status(400).field("Content-Type", "application/json").body("{\"msg\":1}"));
        RawResponse refused = send("BAN", "/", HOST);
        assertEquals(400, refused.status());
        assertEquals("{\"msg\":1}", refused.text());
    }

    @Test
    void whereNobodyTakesItTheClientIsTold() throws Exception {
        open(token, relay);
        assertEquals(502, send("PURGE", "/", HOST).status());
        stopServer();
        control.close();
        open(token, control);
        RawResponse failed = send("PURGE", "/", HOST);
        assertEquals(502, failed.status());
        assertTrue(failed.text().contains("send it again"), failed.text());
        try (RawClient raw = RawClient.connect(address())) {
            raw.requestWithBody("PURGE", "/", "x", HOST);
            assertEquals(413, raw.readResponse().status());
        }
    }

    private void open(@Nullable Path lent, ScriptedOrigin... controls) throws IOException {
        open("127.0.0.0/8", lent, controls);
    }

    private void open(String network, @Nullable Path lent, ScriptedOrigin... controls)
            throws IOException {
        PurgeDoor door =
                PurgeDoor.of(
                        settings(List.of(Cidr.of(network)), lent),
                        exchange ->
                                exchange.send(
                                        new ResponseHead(OF_THE_PIPELINE, FieldList.of()), null));
        assertNotNull(door);
        BearerToken own = BearerToken.read(token);
        door.leadsTo(
                List.of(controls).stream()
                        .map(each ->
                                new ControlLink(
                                        Origin.of(each.url()),
                                        own,
                                        client,
                                        host -> List.of(InetAddress.getLoopbackAddress()),
                                        Duration.ofSeconds(5)))
                        .toList());
        server =
                HttpServer.start(
                        ServerOptions.plain(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        door);
    }

    private NodeSettings.Control settings(List<Cidr> from, @Nullable Path lent) {
        return new NodeSettings.Control(
                List.of(Origin.of(control.url())), token, null, Duration.ZERO, from, lent);
    }

    private void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    private InetSocketAddress address() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.address();
    }

    private RawResponse send(String method, String target, String... lines) throws IOException {
        try (RawClient raw = RawClient.connect(address())) {
            return raw.request(method, target, lines).readResponse();
        }
    }
}
