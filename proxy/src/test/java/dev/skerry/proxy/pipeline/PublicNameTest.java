package dev.skerry.proxy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PublicNameTest {
    @ParameterizedTest
    @CsvSource({
        "http://{host}:8081, 127.0.0.1:8081, 127.0.0.1:8081",
        "http://{host}:8081, [::1]:8081, [::1]:8081",
        "https://fra-1.{host}, fra-1.www.shop.example, www.shop.example",
        "https://fra-1.{host}, FRA-1.www.shop.example:443, www.shop.example",
        "https://fra-1.{host}:8443, fra-1.www.shop.example:8443, www.shop.example",
        "https://fra-1.{host}, www.shop.example, www.shop.example",
        "https://fra-1.{host}, fra-1., fra-1.",
        "https://{host}.fra.example, www.shop.example.fra.example, www.shop.example",
        "https://a-{host}.fra.example, a-x.fra.example, x",
        "https://a-{host}.fra.example, x.fra.example, x.fra.example",
    })
    void theHostThatTheClientAskedTheRouterForIsFoundAgain(
            String url, String authority, String original) {
        assertEquals(original, PublicName.of(url).original(authority));
    }
}
