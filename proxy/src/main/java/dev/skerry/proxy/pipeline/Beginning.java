package dev.skerry.proxy.pipeline;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.net.server.BodySource;
import java.io.IOException;

/**
 * Sends a stored response whose body lies outside memory as soon as its first bytes are there. If
 * they cannot be read, nothing has left yet, and the request is answered anew without it. Owns the
 * source and one reference of the response until it has sent.
 */
final class Beginning {
    private final Passage passage;
    private final StoredResponse response;
    private final ResponseHead head;
    private final BodySource source;

    Beginning(Passage passage, StoredResponse response, ResponseHead head, BodySource source) {
        this.passage = passage;
        this.response = response;
        this.head = head;
        this.source = source;
    }

    /** Never waits: comes back when there is something to read. */
    void run() {
        try {
            if (source.span() == null && source.next() == null && !source.ended()) {
                source.onReadable(this::run);
                return;
            }
        } catch (IOException unreadable) {
            source.close();
            passage.unreadable(response);
            return;
        } catch (RuntimeException fault) {
            source.close();
            response.release();
            passage.exchange().abort();
            throw fault;
        }
        response.release();
        passage.exchange().send(head, source);
    }
}
