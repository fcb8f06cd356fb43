package dev.skerry.control.store.etcd;

import dev.skerry.cache.http.FieldList;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.dns.Resolver;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The members of an etcd as HTTP servers: one is used until it fails, then the next. */
final class Members {
    private final List<URI> endpoints;
    private final HttpClient http;
    private final Resolver resolver;
    private final AtomicInteger current = new AtomicInteger();

    Members(List<URI> endpoints, HttpClient http, Resolver resolver) {
        this.endpoints = List.copyOf(endpoints);
        this.http = http;
        this.resolver = resolver;
    }

    int count() {
        return endpoints.size();
    }

    /** Which is used now. */
    int current() {
        return current.get();
    }

    /** Says that one has failed; whoever says it later of the same changes nothing. */
    void failed(int member) {
        current.compareAndSet(member, (member + 1) % endpoints.size());
    }

    /** What a member is called in messages. */
    String name(int member) {
        return endpoints.get(member).toString();
    }

    /**
     * Sends a request to a member and waits for the head of its answer.
     *
     * @param token of the login; null for none
     * @throws UnknownHostException when its name leads nowhere
     */
    HttpClient.Response post(
            int member,
            String path,
            byte[] body,
            @Nullable String token,
            HttpClient.Timeouts timeouts)
            throws ClientFailure, UnknownHostException {
        URI uri = endpoints.get(member);
        boolean secure = uri.getScheme().equals("https");
        int port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
        FieldList.Builder fields =
                FieldList.builder()
                        .add("Host", uri.getHost() + ":" + port)
                        .add("Content-Type", "application/json");
        if (token != null) {
            fields.add("Authorization", token);
        }
        return http.send(
                new HttpClient.Request(
                        "POST",
                        uri.getScheme(),
                        uri.getHost(),
                        new InetSocketAddress(resolver.resolve(uri.getHost()).getFirst(), port),
                        path,
                        fields.build(),
                        new ByteArrayInputStream(body),
                        body.length,
                        false,
                        timeouts,
                        interim -> {}));
    }
}
