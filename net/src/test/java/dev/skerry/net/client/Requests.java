package dev.skerry.net.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.HttpClient.Request;
import dev.skerry.net.client.HttpClient.Timeouts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests of tests: each method changes one thing. */
final class Requests {
    static final Timeouts PATIENT =
            new Timeouts(
                    Duration.ofSeconds(8),
                    Duration.ofSeconds(8),
                    Duration.ofSeconds(8),
                    Duration.ZERO);

    final List<ResponseHead> interim = new ArrayList<>();
    private final InetSocketAddress address;
    private String method = "GET";
    private String scheme = "http";
    private String host = "origin.example";
    private String target = "/";
    private FieldList fields = FieldList.of("Host", "origin.example");
    private @Nullable InputStream body;
    private long bodyLength;
    private boolean fresh;
    private Timeouts timeouts = PATIENT;

    private Requests(InetSocketAddress address) {
        this.address = address;
    }

    static Requests to(InetSocketAddress address) {
        return new Requests(address);
    }

    static Requests to(ScriptedPeer peer) {
        return new Requests(peer.address());
    }

    Requests method(String value) {
        method = value;
        return this;
    }

    Requests secure(String name) {
        scheme = "https";
        host = name;
        return this;
    }

    Requests target(String value) {
        target = value;
        return this;
    }

    Requests fields(String... namesAndValues) {
        fields = FieldList.of(namesAndValues);
        return this;
    }

    Requests body(String value) {
        return body(new ByteArrayInputStream(value.getBytes(ISO_8859_1)), value.length());
    }

    Requests body(InputStream value, long length) {
        body = value;
        bodyLength = length;
        return this;
    }

    Requests fresh() {
        fresh = true;
        return this;
    }

    Requests timeouts(Timeouts value) {
        timeouts = value;
        return this;
    }

    Request build() {
        return build(interim::add);
    }

    Request build(Consumer<ResponseHead> heard) {
        return new Request(
                method,
                scheme,
                host,
                address,
                target,
                fields,
                body,
                bodyLength,
                fresh,
                timeouts,
                heard);
    }

    /** Sends, reads everything, closes. */
    String exchange(HttpClient client) throws ClientFailure, IOException {
        try (HttpClient.Response response = client.send(build())) {
            return readAll(response);
        }
    }

    static String readAll(HttpClient.Response response) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocateDirect(10_000);
        while (response.read(buffer) >= 0) {
            buffer.flip();
            byte[] piece = new byte[buffer.remaining()];
            buffer.get(piece);
            all.writeBytes(piece);
            buffer.clear();
        }
        return all.toString(ISO_8859_1);
    }
}
