package dev.skerry.proxy.upstream;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A client whose network is a table: what happens at which {@code address:port}. */
final class ScriptedClient implements HttpClient {
    final List<Request> sent = new ArrayList<>();
    private final Map<String, Peer> peers = new HashMap<>();

    /** What a peer does with a request. */
    @FunctionalInterface
    interface Peer {
        Response answer(Request request) throws ClientFailure;
    }

    ScriptedClient at(String peer, Peer behaviour) {
        peers.put(peer, behaviour);
        return this;
    }

    /** Where the requests went, in order. */
    List<String> peers() {
        return sent.stream().map(ScriptedClient::peer).toList();
    }

    static Peer answers(int status, String... fields) {
        return request -> new Canned(new ResponseHead(status, FieldList.of(fields)));
    }

    static Peer fails(ClientFailure.Kind kind, boolean reused, boolean requestSent) {
        return request -> {
            throw failure(kind, reused, requestSent);
        };
    }

    static Peer refuses() {
        return fails(ClientFailure.Kind.CONNECT, false, false);
    }

    static Peer resets() {
        return fails(ClientFailure.Kind.RESET, false, true);
    }

    static ClientFailure failure(ClientFailure.Kind kind, boolean reused, boolean requestSent) {
        return new ClientFailure(kind, reused, requestSent, "scripted", new IOException());
    }

    @Override
    public Response send(Request request) throws ClientFailure {
        sent.add(request);
        Peer peer = peers.get(peer(request));
        return (peer == null ? refuses() : peer).answer(request);
    }

    @Override
    public void close() {}

    private static String peer(Request request) {
        return request.address().getAddress().getHostAddress() + ":" + request.address().getPort();
    }

    private record Canned(ResponseHead head) implements Response {
        @Override
        public long announcedLength() {
            return 0;
        }

        @Override
        public boolean reused() {
            return false;
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            if (head.fields().contains("Broken")) {
                throw new IOException("scripted");
            }
            return -1;
        }

        @Override
        public FieldList trailers() {
            return FieldList.EMPTY;
        }

        @Override
        public void close() {}
    }
}
