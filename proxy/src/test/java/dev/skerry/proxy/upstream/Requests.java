package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.CacheKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Upstream requests for {@code www.example} with {@code applied} 41 and {@code need} 40. */
final class Requests {
    static final Consumer<ResponseHead> NO_INTERIM = head -> {};

    private Requests() {}

    static Upstream.Request get(String target) {
        return of("GET", target, FieldList.EMPTY);
    }

    static Upstream.Request of(String method, String target, FieldList fields) {
        return of(method, target, fields, NO_INTERIM);
    }

    static Upstream.Request of(
            String method, String target, FieldList fields, Consumer<ResponseHead> interim) {
        return new Upstream.Request(
                new CacheKey(1, 2),
                new RequestHead(method, "http", "www.example", target, fields),
                null,
                0,
                41,
                40,
                Upstream.Client.SELF,
                interim);
    }

    static Upstream.Request withBody(String method, String target, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Upstream.Request plain = of(method, target, FieldList.EMPTY);
        return new Upstream.Request(
                plain.key(),
                plain.head(),
                new ByteArrayInputStream(bytes),
                bytes.length,
                plain.applied(),
                plain.need(),
                plain.client(),
                plain.interim());
    }
}
