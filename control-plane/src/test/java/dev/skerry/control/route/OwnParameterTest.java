package dev.skerry.control.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OwnParameterTest {
    @Test
    void writtenOnceItIsTheRouters() {
        asked("/a?format=json", "/a");
        asked("/a?x=1&format=json", "/a?x=1");
        asked("/a?format=json&x=1", "/a?x=1");
        asked("/a?x&format=json&y=%2F?", "/a?x&y=%2F?");
        asked("/a?format=json&", "/a?");
    }

    @Test
    void writtenTwiceOneIsTheSites() {
        passed("/a?format=json&format=json", "/a?format=json");
        passed("/a?format=json&x=1&format=json", "/a?format=json&x=1");
        passed("/a?format=json&format=json&format=json", "/a?format=json&format=json");
    }

    @Test
    void whatOnlyLooksLikeItIsLeftAlone() {
        for (String target :
                List.of(
                        "/a",
                        "/a?",
                        "/format=json",
                        "/a?format=jsonp",
                        "/a?xformat=json",
                        "/a?format=JSON",
                        "/a?format=json;x",
                        "/a?x=format=json",
                        "/a?format")) {
            assertNull(OwnParameter.split(target), target);
        }
    }

    @Test
    void hostsHoldNothingButNamesAndAddresses() {
        assertEquals("shop.example", HostName.of("shop.example"));
        assertEquals("shop.example", HostName.of("shop.example:8080"));
        assertEquals("shop.example", HostName.of("shop.example:"));
        assertEquals("[::1]", HostName.of("[::1]:8080"));
        assertEquals("[::1]", HostName.of("[::1]"));
        assertEquals("127.0.0.1", HostName.of("127.0.0.1:8080"));
        assertEquals("a".repeat(255), HostName.of("a".repeat(255)));
        for (String bad :
                List.of(
                        "",
                        ":80",
                        "a b",
                        "user@shop.example",
                        "shop.example/x",
                        "a\r\nb",
                        "[::1",
                        "::1",
                        "[]",
                        "[x]",
                        "a:80:80",
                        "a:123456",
                        "shop.example?x",
                        "a,b",
                        "a".repeat(256),
                        "[::1]x",
                        "a\\b",
                        "\u00fcber.example")) {
            assertNull(HostName.of(bad), bad);
        }
    }

    @Test
    void edgeUrlsAreTemplatesOfAnAuthority() {
        assertEquals("http://a.b:8081", url("http://{host}:8081"));
        assertEquals("https://fra-1.a.b", url("https://fra-1.{host}"));
        assertEquals("https://a.b.cdn.example:8443", url("https://{host}.cdn.example:8443/"));
        assertEquals("http://fra-1.cdn.example", url("http://fra-1.cdn.example"));
        for (String bad :
                List.of(
                        "ftp://{host}",
                        "http://",
                        "http://{host}/x",
                        "http://{host}:0",
                        "{host}",
                        "http://{host}:65536",
                        "http://{host}{host}",
                        "http://u@{host}",
                        "http://{host}?x",
                        "http://{host}\r\n")) {
            assertNull(EdgeUrl.of(bad), bad);
        }
    }

    private static String url(String template) {
        EdgeUrl url = EdgeUrl.of(template);
        assertNotNull(url, template);
        StringBuilder text = new StringBuilder();
        url.appendTo(text, "a.b");
        return text.toString();
    }

    private static void asked(String target, String rest) {
        assertEquals(new OwnParameter.Split(rest, true), OwnParameter.split(target));
    }

    private static void passed(String target, String rest) {
        assertEquals(new OwnParameter.Split(rest, false), OwnParameter.split(target));
    }
}
