package dev.skerry.proxy.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.key.CacheKey;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestFieldsTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.7");
    private static final FieldList CLAIMS =
            FieldList.of(
                    "X-Forwarded-For", "198.51.100.1",
                    "x-forwarded-proto", "https",
                    "X-Forwarded-Host", "public.example",
                    "Forwarded", "for=198.51.100.1;proto=https");

    private final RequestFields fields = new RequestFields("edge-1");

    @Test
    void endToEndFieldsGoAsTheyCameAfterHost() {
        FieldList out =
                send(
                        client(false),
                        FieldList.of(
                                "Host", "client.example",
                                "accept-ENCODING", "br;q=0.1 , gzip",
                                "Cookie", "a=\u00e4",
                                "Cookie", "b"));
        assertEquals("Host", out.name(0));
        assertEquals("origin.example", out.value(0));
        assertEquals("accept-ENCODING", out.name(1));
        assertEquals("br;q=0.1 , gzip", out.value(1));
        assertEquals(List.of("a=\u00e4", "b"), out.all("Cookie"));
        assertEquals(1, out.all("Host").size());
    }

    @Test
    void framingAndExpectationAreLeftToTheClient() {
        FieldList out =
                send(
                        client(false),
                        FieldList.of(
                                "Content-Length", "3",
                                "Transfer-Encoding", "chunked",
                                "Connection", "close",
                                "Expect", "100-continue"));
        for (String name : List.of("Content-Length", "Transfer-Encoding", "Connection", "Expect")) {
            assertFalse(out.contains(name), name);
        }
    }

    @Test
    void viaAndCdnLoopAreAppendedTo() {
        FieldList out = send(client(false), FieldList.EMPTY);
        assertEquals("1.1 edge-1", out.combined("Via"));
        assertEquals("skerry;node=edge-1", out.combined("CDN-Loop"));
        out =
                send(
                        new Upstream.Client(PEER, false, "2.0"),
                        FieldList.of("Via", "1.0 a", "Via", "1.1 b", "CDN-Loop", "other"));
        assertEquals(List.of("1.0 a, 1.1 b, 2.0 edge-1"), out.all("Via"));
        assertEquals(List.of("other, skerry;node=edge-1"), out.all("CDN-Loop"));
    }

    @Test
    void claimsOfAStrangerAreReplaced() {
        FieldList out = send(client(false), CLAIMS);
        assertEquals(List.of("192.0.2.7"), out.all("X-Forwarded-For"));
        assertEquals(List.of("http"), out.all("X-Forwarded-Proto"));
        assertEquals(List.of("www.example:8080"), out.all("X-Forwarded-Host"));
        assertEquals(
                List.of("for=192.0.2.7;host=\"www.example:8080\";proto=http"),
                out.all("Forwarded"));
    }

    @Test
    void claimsOfATrustedProxyAreKeptAndAppendedTo() {
        FieldList out = send(client(true), CLAIMS);
        assertEquals(List.of("198.51.100.1, 192.0.2.7"), out.all("X-Forwarded-For"));
        assertEquals(List.of("https"), out.all("X-Forwarded-Proto"));
        assertEquals(List.of("public.example"), out.all("X-Forwarded-Host"));
        assertEquals(
                List.of(
                        "for=198.51.100.1;proto=https,"
                                + " for=192.0.2.7;host=\"www.example:8080\";proto=http"),
                out.all("Forwarded"));
    }

    @Test
    void sixthVersionAddressesAreBracketedAndQuotedInForwardedOnly() throws Exception {
        InetAddress scoped =
                Inet6Address.getByAddress(null, InetAddress.ofLiteral("fe80::1").getAddress(), 7);
        FieldList out = send(new Upstream.Client(scoped, false, "1.1"), FieldList.EMPTY);
        assertEquals("fe80:0:0:0:0:0:0:1", out.combined("X-Forwarded-For"));
        assertEquals(
                "for=\"[fe80:0:0:0:0:0:0:1]\";host=\"www.example:8080\";proto=http",
                out.combined("Forwarded"));
    }

    @Test
    void aRequestOfOurOwnNamesNoClient() {
        FieldList out = send(Upstream.Client.SELF, CLAIMS);
        assertFalse(out.contains("X-Forwarded-For"));
        assertEquals("host=\"www.example:8080\";proto=http", out.combined("Forwarded"));
    }

    @Test
    void reservedFieldsOfAClientDoNotPass() {
        FieldList out =
                send(
                        client(true),
                        FieldList.of(
                                "Skerry-Applied", "9",
                                "skerry-need", "9",
                                "SKERRY-ANYTHING", "x",
                                "Skerryx", "stays"));
        assertFalse(out.contains("Skerry-Applied"));
        assertFalse(out.contains("Skerry-Need"));
        assertFalse(out.contains("Skerry-Anything"));
        assertEquals("stays", out.first("Skerryx"));
    }

    @Test
    void schemeIsTakenFromATrustedProxyOnly() {
        FieldList https = FieldList.of("X-Forwarded-Proto", "HTTPS");
        assertEquals("https", ForwardedFields.clientScheme(https, true, "http"));
        assertEquals("http", ForwardedFields.clientScheme(https, false, "http"));
        FieldList odd = FieldList.of("X-Forwarded-Proto", "gopher");
        assertEquals("http", ForwardedFields.clientScheme(odd, true, "http"));
        assertEquals("https", ForwardedFields.clientScheme(FieldList.EMPTY, true, "https"));
    }

    private static Upstream.Client client(boolean trusted) {
        return new Upstream.Client(PEER, trusted, "1.1");
    }

    private FieldList send(Upstream.Client client, FieldList received) {
        RequestHead head = new RequestHead("GET", "http", "www.example:8080", "/", received);
        return fields.of(
                new Upstream.Request(
                        new CacheKey(1, 2), head, null, 0, 0, 0, client, interim -> {}),
                "origin.example");
    }
}
