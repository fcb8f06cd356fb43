package dev.skerry.proxy.upstream;

import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.net.client.HttpClient;
import dev.skerry.proxy.hop.HopFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A response whose exchange counts as in flight until it is closed. */
final class EndpointResponse implements Upstream.Response {
    private final HttpClient.Response response;
    private final Endpoint endpoint;
    private final Hop.Provenance provenance;
    private final ResponseHead head;
    private final AtomicBoolean closed = new AtomicBoolean();

    EndpointResponse(HttpClient.Response response, Endpoint endpoint, Hop.Provenance provenance) {
        this.response = response;
        this.endpoint = endpoint;
        this.provenance = provenance;
        ResponseHead received = response.head();
        this.head = new ResponseHead(received.status(), HopFields.strip(received.fields()));
    }

    @Override
    public ResponseHead head() {
        return head;
    }

    @Override
    public long bornAt() {
        return provenance.bornAt();
    }

    @Override
    public boolean stale() {
        return provenance.stale();
    }

    @Override
    public long ageMillis() {
        return provenance.ageMillis();
    }

    @Override
    public long leaseMillis() {
        return provenance.leaseMillis();
    }

    @Override
    public List<String> tags() {
        return provenance.tags();
    }

    @Override
    public String peer() {
        return endpoint.name();
    }

    @Override
    public long announcedLength() {
        return response.announcedLength();
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        try {
            return response.read(buffer);
        } catch (IOException e) {
            endpoint.bodyFailed();
            throw e;
        }
    }

    @Override
    public FieldList trailers() {
        return response.trailers();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                response.close();
            } finally {
                endpoint.ended();
            }
        }
    }
}
