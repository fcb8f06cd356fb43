package dev.skerry.proxy.pipeline;

import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.RangeSelection;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.net.server.BodySource;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends a stored response whose body lies outside memory as soon as its first bytes are there, and
 * those of each of its parts. If they cannot be read, nothing has left yet, and the request is
 * answered anew without it. Owns the source and one reference of the response until it has sent.
 */
final class Beginning {
    private final Passage passage;
    private final StoredResponse response;
    private final ResponseHead head;
    private final BodySource source;

    /** The parts whose first bytes are still to be read. */
    private final Iterator<RangeSelection.One> parts;

    /** Reads the first bytes of a part. */
    private @Nullable BodyReader proof;

    /**
     * @param parts of the body that the source has behind bytes of its own
     */
    Beginning(
            Passage passage,
            StoredResponse response,
            ResponseHead head,
            BodySource source,
            List<RangeSelection.One> parts) {
        this.passage = passage;
        this.response = response;
        this.head = head;
        this.source = source;
        this.parts = parts.iterator();
    }

    /** Never waits: comes back when there is something to read. */
    void run() {
        try {
            if (!areProved()) {
                return;
            }
            if (source.span() == null && source.next() == null && !source.ended()) {
                source.onReadable(this::run);
                return;
            }
        } catch (IOException unreadable) {
            close();
            passage.unreadable(response);
            return;
        } catch (RuntimeException fault) {
            close();
            response.release();
            passage.exchange().abort();
            throw fault;
        }
        response.release();
        passage.exchange().send(head, source);
    }

    /** Whether the first bytes of all parts have been read; if not, this runs again. */
    private boolean areProved() throws IOException {
        while (proof != null || parts.hasNext()) {
            BodyReader reading = proof == null ? open(parts.next()) : proof;
            proof = reading;
            if (reading.span() == null && reading.next() == null && !reading.ended()) {
                reading.onReadable(this::run);
                return false;
            }
            reading.close();
            proof = null;
        }
        return true;
    }

    private BodyReader open(RangeSelection.One part) {
        return response.reader(part.from(), part.to());
    }

    private void close() {
        if (proof != null) {
            proof.close();
        }
        source.close();
    }
}
