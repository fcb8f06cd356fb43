package dev.skerry.control.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.config.Site;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.control.http.ApiProblem;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BanTest {
    private static final Site SHOP = site("[shop.example, www.shop.example]");

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\u0001',
            value = {
                "req.http.host == a.example && req.url == /y?z # URL a.example/y?z",
                "req.url == /y && req.http.host == \"a.example\" # URL a.example/y",
                "REQ.URL == /y # URL shop.example/y, URL www.shop.example/y",
                "req.url ~ . # EVERYTHING ",
                "req.url ~ / # EVERYTHING ",
                "req.url ~ ^/.* # EVERYTHING ",
                "req.http.host ~ .* # EVERYTHING ",
                "req.http.host == a.example # HOST a.example",
                "req.http.host ~ ^a\\.example$ # HOST a.example",
                "req.http.host == a.example && req.url ~ .* # HOST a.example",
                "obj.http.x-host == a.example && obj.http.x-url ~ ^/p/ # PREFIX a.example/p",
                "req.http.host==a.example&&req.url~^/p/.* # PREFIX a.example/p",
                "req.http.host == a.example && req.url ~ ^/p(/|$) # PREFIX a.example/p",
                "req.http.host == a.example && req.url ~ ^/p(/|\\?|$) # PREFIX a.example/p",
                "req.http.host == a.example && req.url ~ \"^/p\\\\.q$\" # URL a.example/p.q",
                "req.http.host == a.example && req.url ~ ^(/a/|/b/) # PREFIX a.example/a, PREFIX a.example/b",
                "req.http.host == a.example && req.url ~ ^(/)(/|$) # HOST a.example",
                "obj.http.xkey ~ (^|[ ,])a([ ,]|$) # TAG a",
                "obj.http.xkey ~ \"(^| )a( |$)\" # TAG a",
                "obj.http.surrogate-key ~ (^|\\s)(a|b)($|\\s) # TAG a, TAG b",
                "obj.http.Cache-Tag == a,b # TAG a, TAG b",
                "req.http.host == a.example && obj.http.xkey ~ (^|,)a(,|$) # TAG a",
            })
    void whatAPurgeCanSayIsSaidByOne(String expression, String purges) throws Exception {
        assertEquals(purges == null ? "" : purges.strip(), purges(SHOP, expression).strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "req.url",
                "req.url == ",
                "req.url != /a",
                "req.url !~ ^/a/",
                "req.url ~ ^/a/ && req.url ~ ^/b/",
                "req.url ~ ^/a/ || req.url ~ ^/b/",
                "req.url ~ ^/a",
                "req.url ~ /a/",
                "req.url ~ \\.png$",
                "req.url ~ ^/a.b/",
                "req.url ~ ^/a[0-9]/",
                "req.url ~ (?i)^/a/",
                "req.url ~ ^/a/.*\\.png$",
                "req.url ~ ^/a\\d/",
                "req.url ~ ^/a\\$",
                "req.url ~ ^/a\\.*",
                "req.url ~ ^(/a/|)",
                "req.url ~ ^(/a/|/b/)c",
                "req.url ~ ^/a\\?b=/",
                "req.url ~ ^a/",
                "req.url == a",
                "req.url == \"/a",
                "req.url == /a b",
                "req.http.host ~ a.example",
                "req.http.host ~ ^a\\.example",
                "req.http.host ~ ^a.example$",
                "req.http.host == a/b",
                "obj.http.xkey ~ a",
                "obj.http.xkey ~ \\ba\\b",
                "obj.http.xkey ~ (^|,)a",
                "obj.http.xkey ~ (^|,)a.*(,|$)",
                "obj.status == 404",
                "obj.age > 1h",
                "obj.http.content-type ~ ^image/",
            })
    void whatItCannotSayIsRefused(String expression) {
        ApiProblem problem =
                assertThrows(ApiProblem.class, () -> purges(SHOP, expression), expression);
        assertEquals(400, problem.status());
    }

    @Test
    void hostsThatCannotBeListedHaveToBeNamed() throws Exception {
        Site any = site("[\"*.shop.example\"]");
        assertThrows(ApiProblem.class, () -> purges(any, "req.url == /a"));
        String named = "req.http.host == a.shop.example && req.url == /a";
        assertEquals("URL a.shop.example/a", purges(any, named));
        assertEquals("TAG a", purges(any, "obj.http.xkey == a"));
    }

    @Test
    void aBanHasBounds() throws Exception {
        String start = "req.http.host == a.example && req.url == /";
        String most = start + "x".repeat(BanCondition.MOST_CHARS - start.length());
        purges(SHOP, most);
        assertThrows(ApiProblem.class, () -> purges(SHOP, most + "x"));
        assertEquals(Ban.MOST_TARGETS, purges(SHOP, tags(1000)).split(", ").length);
        assertThrows(ApiProblem.class, () -> purges(SHOP, tags(1001)));
    }

    private static String tags(int count) {
        return IntStream.range(0, count)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(",", "obj.http.xkey == ", ""));
    }

    private static String purges(Site site, String expression) throws ApiProblem {
        return Ban.of(BanCondition.parse(expression)).targets(site).stream()
                .map(target -> target.scope() + " " + target.value())
                .collect(Collectors.joining(", "));
    }

    private static Site site(String hosts) {
        String document =
                "site: shop\nhosts: " + hosts + "\norigins: [{url: \"http://o.example\"}]\n";
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        return ConfigLoader.parse("shop", bytes).sites().getFirst();
    }
}
