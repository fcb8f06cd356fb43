package dev.skerry.proxy.feed;

import dev.skerry.cache.http.FieldList;
import dev.skerry.config.Origin;
import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.StreamCodec;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.upstream.AddressLookup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to one control plane, or to one shield that relays it. Everything here blocks, ends when
 * its thread is interrupted, and carries the token. Thread-safe.
 */
public final class ControlLink {
    private static final int MOST_ADDRESSES = 4;
    private static final int MOST_ANSWER_BYTES = 64 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration CALL = Duration.ofSeconds(3);

    /** A purge is answered when all nodes have acknowledged it, or after five seconds. */
    private static final Duration PURGE = Duration.ofSeconds(10);

    private final Origin control;
    private final BearerToken token;
    private final HttpClient client;
    private final AddressLookup addresses;
    private final Duration silence;

    /**
     * A way.
     *
     * @param token carried by the node's own calls
     * @param silence the longest that a change stream may be silent
     */
    public ControlLink(
            Origin control,
            BearerToken token,
            HttpClient client,
            AddressLookup addresses,
            Duration silence) {
        this.control = control;
        this.token = token;
        this.client = client;
        this.addresses = addresses;
        this.silence = silence;
    }

    /** What a call brought. */
    public record Answer(int status, String body) {
        /** Whether it was done. */
        public boolean isDone() {
            return status >= 200 && status < 300;
        }
    }

    /** What a request brought that was handed on; the content type is empty without one. */
    public record Handed(int status, String contentType, String body) {}

    /** Where it leads. */
    public Origin control() {
        return control;
    }

    /**
     * Opens a change stream, which is dead when it is silent for longer than the feed allows.
     *
     * @throws IOException when there is none to be had there
     */
    public WatchStream watch(NodeHello hello) throws IOException {
        HttpClient.Response response =
                send(
                        "GET",
                        "/v1/watch?" + StreamCodec.writeQuery(hello),
                        ownFields(false),
                        null,
                        new HttpClient.Timeouts(CONNECT, silence, silence, Duration.ZERO));
        int status = response.head().status();
        String type = response.head().fields().first("Content-Type");
        if (status == 200 && type != null && type.startsWith("text/event-stream")) {
            return new WatchStream(response);
        }
        response.close();
        if (status == 401 || status == 403) {
            throw new TokenRefused(
                    control + " refuses the token (" + status + "): it must be one for nodes");
        }
        throw new IOException(
                control
                        + (status == 200
                                ? " answers with no event stream"
                                : " answers " + status + " to a node that would follow"));
    }

    /**
     * Posts a JSON document.
     *
     * @param path of the API
     * @throws IOException when there was no answer
     */
    public Answer post(String path, byte[] json) throws IOException {
        return post(path, json, CALL);
    }

    Answer post(String path, byte[] json, Duration most) throws IOException {
        return call("POST", path, json, most);
    }

    /**
     * Hands on a client's request without a body, as it is: the node's own token stays out.
     *
     * @param fields all that are sent, Host among them
     * @throws IOException when there was no answer
     */
    public Handed hand(String method, String target, FieldList fields) throws IOException {
        FieldList.Builder all = FieldList.builder();
        for (int i = 0; i < fields.size(); i++) {
            all.add(fields.name(i), fields.value(i));
        }
        all.add("Accept-Encoding", "identity");
        HttpClient.Response response =
                send(
                        method,
                        target,
                        all.build(),
                        null,
                        new HttpClient.Timeouts(CONNECT, PURGE, PURGE, PURGE));
        String type = response.head().fields().first("Content-Type");
        return new Handed(response.head().status(), type == null ? "" : type, text(response));
    }

    /** Whether it says that it would serve. */
    boolean isReady() {
        try {
            return call("GET", "/readyz", null, CALL).isDone();
        } catch (IOException e) {
            return false;
        }
    }

    private Answer call(String method, String path, byte @Nullable [] json, Duration most)
            throws IOException {
        Duration connect = most.compareTo(CONNECT) < 0 ? most : CONNECT;
        HttpClient.Response response =
                send(
                        method,
                        path,
                        ownFields(json != null),
                        json,
                        new HttpClient.Timeouts(connect, most, most, most));
        return new Answer(response.head().status(), text(response));
    }

    private String text(HttpClient.Response response) throws IOException {
        try {
            ByteBuffer body = ByteBuffer.allocate(MOST_ANSWER_BYTES);
            while (response.read(body) >= 0) {
                if (!body.hasRemaining()) {
                    throw new IOException(control + " answers with a very long document");
                }
            }
            return StandardCharsets.UTF_8.decode(body.flip()).toString();
        } finally {
            response.close();
        }
    }

    private HttpClient.Response send(
            String method,
            String target,
            FieldList fields,
            byte @Nullable [] json,
            HttpClient.Timeouts timeouts)
            throws IOException {
        ClientFailure failure = null;
        List<InetAddress> found = addresses.lookup(bareHost());
        for (InetAddress address : found.subList(0, Math.min(MOST_ADDRESSES, found.size()))) {
            try {
                return sendTo(address, method, target, fields, json, timeouts);
            } catch (ClientFailure e) {
                failure = e;
                if (e.requestSent() || e.kind() == ClientFailure.Kind.CANCELLED) {
                    break;
                }
            }
        }
        throw new IOException(
                control + ": " + (failure == null ? "has no address" : failure.getMessage()),
                failure);
    }

    private HttpClient.Response sendTo(
            InetAddress address,
            String method,
            String target,
            FieldList fields,
            byte @Nullable [] json,
            HttpClient.Timeouts timeouts)
            throws ClientFailure {
        try {
            return client.send(request(address, method, target, fields, json, timeouts, false));
        } catch (ClientFailure e) {
            // Each call may be repeated; a kept connection may have been closed just then.
            if (!e.reused() || e.kind() != ClientFailure.Kind.RESET) {
                throw e;
            }
            return client.send(request(address, method, target, fields, json, timeouts, true));
        }
    }

    private HttpClient.Request request(
            InetAddress address,
            String method,
            String target,
            FieldList fields,
            byte @Nullable [] json,
            HttpClient.Timeouts timeouts,
            boolean fresh) {
        return new HttpClient.Request(
                method,
                control.scheme(),
                bareHost(),
                new InetSocketAddress(address, control.port()),
                target,
                fields,
                json == null ? null : new ByteArrayInputStream(json),
                json == null ? 0 : json.length,
                fresh,
                timeouts,
                interim -> {});
    }

    private FieldList ownFields(boolean hasJson) {
        FieldList.Builder fields =
                FieldList.builder()
                        .add("Host", control.authority())
                        .add("Authorization", token.authorization())
                        .add("Accept-Encoding", "identity");
        if (hasJson) {
            fields.add("Content-Type", "application/json");
        }
        return fields.build();
    }

    private String bareHost() {
        String host = control.host();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
