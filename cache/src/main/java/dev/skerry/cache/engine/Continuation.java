package dev.skerry.cache.engine;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.EntityTag;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.ResponseStore;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a reader that was left behind by a fetch goes on: by asking upstream for the rest of the very
 * same representation (RFC 9110 §13.1.5, §14.2), which only a strong entity tag can name. Anything
 * but exactly that rest ends the reader: what it has sent to its client stays true.
 */
final class Continuation {
    private static final Logger log = LoggerFactory.getLogger(Continuation.class);
    private final Fill fill;
    private final EntityTag tag;
    private final String tagField;
    private final long length;
    private final ResponseStore store;
    private final Executor executor;
    private final EngineCounters counters;

    private Continuation(
            Fill fill, EntityTag tag, String tagField, long length, Fetching fetching) {
        this.fill = fill;
        this.tag = tag;
        this.tagField = tagField;
        this.length = length;
        this.store = fetching.store();
        this.executor = fetching.executor();
        this.counters = fetching.counters();
    }

    /** Who waits for the rest. Exactly one of the two is called, on another thread. */
    interface Receiver {
        /** The rest comes; the reader is the receiver's to close. */
        void goesOn(BodyReader rest);

        /** There is no going on. */
        void ends(IOException cause);
    }

    /**
     * How readers of a response can go on, or null when they cannot: of a part, of what was asked
     * for by another method than GET, of a representation without a strong tag, or of which its
     * server does not say that it has ranges.
     *
     * @param fill the fetch that the response came by
     */
    static @Nullable Continuation of(Fill fill, Upstream.Response response, Fetching fetching) {
        ResponseHead head = response.head();
        String field = head.fields().first("ETag");
        EntityTag tag = EntityTag.parse(field);
        if (field == null
                || tag == null
                || tag.weak()
                || head.status() != 200
                || !"bytes".equalsIgnoreCase(head.fields().first("Accept-Ranges"))
                || !fill.plan().request().head().method().equals("GET")) {
            return null;
        }
        return new Continuation(fill, tag, field, response.announcedLength(), fetching);
    }

    /** Asks for the bytes from one offset to another (exclusive; {@link Long#MAX_VALUE}: all). */
    void from(long from, long to, Receiver receiver) {
        executor.execute(() -> fetch(from, to, receiver));
    }

    private void fetch(long from, long to, Receiver receiver) {
        counters.fetches.increment();
        Upstream upstream = fill.plan().request().route().upstream();
        try (Upstream.Response response = upstream.fetch(request(from, to))) {
            if (!isTheRest(response.head(), from, to)) {
                counters.readersLeftBehind(LeftBehindOutcome.REFUSED).increment();
                receiver.ends(new IOException("upstream does not go on with the same response"));
                return;
            }
            counters.readersLeftBehind(LeftBehindOutcome.CONTINUED).increment();
            stream(response, receiver);
        } catch (UpstreamFailure failure) {
            counters.readersLeftBehind(LeftBehindOutcome.FAILED).increment();
            receiver.ends(new IOException(failure.getMessage(), failure));
        } catch (RuntimeException fault) {
            log.error("a fetch could not be continued by a fault of this node", fault);
            receiver.ends(new IOException("a fault of this node", fault));
        }
    }

    private void stream(Upstream.Response response, Receiver receiver) {
        GrowingBody body = store.newBody(response.announcedLength(), false);
        try {
            BodyReader reader = body.reader(0, Long.MAX_VALUE);
            if (reader == null) {
                throw new IllegalStateException("a new body cannot be read");
            }
            receiver.goesOn(reader);
            Pump.all(response, body, -1);
            body.complete();
        } catch (IOException broken) {
            body.fail(broken);
        } finally {
            body.release(); // fails it if it is neither complete nor failed
        }
    }

    private Upstream.Request request(long from, long to) {
        String range = "bytes=" + from + '-' + (to == Long.MAX_VALUE ? "" : to - 1);
        return UpstreamAsk.of(
                fill, FieldList.of("Range", range, "If-Range", tagField), FieldList.EMPTY);
    }

    private boolean isTheRest(ResponseHead head, long from, long to) {
        ContentRange range = ContentRange.parse(head.fields().first("Content-Range"));
        EntityTag confirmed = EntityTag.parse(head.fields().first("ETag"));
        if (head.status() != 206 || range == null || range.from() != from) {
            return false;
        }
        long end = to == Long.MAX_VALUE ? range.length() : to;
        return confirmed != null
                && confirmed.strongEquals(tag)
                && range.to() == end
                && (length < 0 || range.length() < 0 || range.length() == length);
    }
}
