package dev.skerry.cache.engine;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.Extent;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.PartCombining;
import dev.skerry.cache.policy.PartialContent;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Unwanted;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts stored bytes and the ones that are missing between them together, in one body that clients
 * follow (RFC 9111 §3.4). Nothing is sent before upstream has confirmed the first hole's
 * representation; when a later hole turns out to be of another one, the connections are cut: bytes
 * of two representations never come in one response.
 */
final class Splice {
    /** Requests that may fill the holes of one body; an origin may give less than it is asked. */
    private static final int MOST_FETCHES = 16;

    private final Fetching fetching;
    private final Handout handout;
    private final Fill fill;
    private final Fill.Plan plan;
    private final FillEnd end;
    private final Slice.Holes slice;
    private final StoredResponse base;
    private int fetches = 1;
    private @Nullable StoredHead head;

    Splice(Fetching fetching, Handout handout, Fill fill, FillEnd end, Slice.Holes slice) {
        this.fetching = fetching;
        this.handout = handout;
        this.fill = fill;
        this.plan = fill.plan();
        this.end = end;
        this.slice = slice;
        this.base = Objects.requireNonNull(plan.base());
    }

    /**
     * Where the body of a response lies, if it fills a hole from its beginning with bytes of the
     * stored representation; else null.
     */
    @Nullable ContentRange placed(Extent hole, Upstream.Response response) {
        ContentRange part = PartialContent.placed(response.head(), response.announcedLength());
        return part != null
                        && part.length() == slice.length()
                        && part.from() == hole.from()
                        && part.to() <= hole.to()
                        && PartCombining.sameRepresentation(
                                slice.stored().fields(), response.head().fields())
                ? part
                : null;
    }

    /** Answers with stored bytes and those of the first response, and asks for what else misses. */
    void run(Upstream.Response first, ContentRange part, Reception.Times times) {
        CacheRequest request = plan.request();
        ResponseHead confirmed = PartialContent.representation(first.head());
        Reception reception =
                Reception.ofFreshened(plan, base.head(), confirmed, first.stale(), times).aged();
        head = reception.stored();
        if (head == null) {
            CodedKeys.removeAll(fetching.store(), request.key(), base);
        }
        Extent wanted = slice.wanted();
        boolean store = head != null && handout.acceptable(request, reception);
        GrowingBody body =
                fetching.store()
                        .newBody(
                                request.key(),
                                request.name(),
                                wanted.from(),
                                wanted.length(),
                                store);
        try {
            fetching.marks().remember(request, reception, plan);
            end.distribute(
                    new Fill.Headed(
                            reception,
                            body,
                            false,
                            times.fetch(first),
                            wanted.length(),
                            place(wanted.to())),
                    store);
            fillHoles(first, part, body);
            body.complete();
            put(body, store);
        } catch (Unwanted left) {
            body.fail(left);
            fetching.counters().abandoned.increment();
        } catch (OtherRepresentation other) {
            body.fail(other);
            CodedKeys.removeAll(fetching.store(), request.key(), base);
            fetching.counters().brokenBodies.increment();
        } catch (IOException | UpstreamFailure broken) {
            body.breakOff(new IOException(broken.getMessage(), broken));
            fetching.counters().brokenBodies.increment();
            put(body, store);
            fetching.marks().failed(request);
        } finally {
            body.fail(new IOException("a fault of this node")); // unless it has ended
            fill.end();
            body.release();
        }
    }

    private void put(GrowingBody body, boolean store) {
        StoredHead stored = head;
        if (store && stored != null && body.written() > 0) {
            ContentRange place = place(slice.wanted().from() + body.written());
            fetching.parts().putBeside(plan.request(), stored, body, place, base);
        }
    }

    private ContentRange place(long to) {
        return new ContentRange(slice.wanted().from(), to, slice.length());
    }

    private void fillHoles(Upstream.Response first, ContentRange part, GrowingBody body)
            throws IOException, UpstreamFailure {
        Extent firstHole = slice.holes().getFirst();
        copy(slice.wanted().from(), firstHole.from(), body);
        Pump.all(first, body, part.to() - part.from());
        fill(new Extent(part.to(), firstHole.to()), body);
        long at = firstHole.to();
        for (Extent hole : slice.holes().subList(1, slice.holes().size())) {
            copy(at, hole.from(), body);
            fill(hole, body);
            at = hole.to();
        }
        copy(at, slice.wanted().to(), body);
    }

    /** What cannot be read is fetched as if it had never been stored; its response is forgotten. */
    private void copy(long from, long to, GrowingBody body) throws IOException, UpstreamFailure {
        try (BodyReader reader = base.reader(from, to)) {
            Pump.all(reader, body);
        } catch (Pump.Unreadable lost) {
            CodedKeys.removeAll(fetching.store(), plan.request().key(), base);
            fill(new Extent(slice.wanted().from() + body.written(), to), body);
        }
    }

    private void fill(Extent hole, GrowingBody body) throws IOException, UpstreamFailure {
        long at = hole.from();
        while (at < hole.to()) {
            if (fetches++ == MOST_FETCHES) {
                throw new IOException("upstream gives too little at a time");
            }
            at = fetch(new Extent(at, hole.to()), body);
        }
    }

    private long fetch(Extent hole, GrowingBody body) throws IOException, UpstreamFailure {
        long sent = fetching.time().monotonicMillis();
        fetching.counters().fetches.increment();
        try (Upstream.Response response =
                plan.request()
                        .route()
                        .upstream()
                        .fetch(UpstreamAsk.of(fill, slice.fields(hole), FieldList.EMPTY))) {
            ContentRange part = placed(hole, response);
            if (part == null) {
                throw new OtherRepresentation();
            }
            Reception.Times times = Reception.Times.of(plan, response, sent, fetching.time());
            StoredHead stored = head;
            if (stored != null) {
                head =
                        PartStore.lowered(
                                stored,
                                times.bornAt(),
                                times.bornAtLocal(),
                                Reception.tags(plan.request(), response.head(), times));
            }
            Pump.all(response, body, part.to() - part.from());
            return part.to();
        }
    }

    /** Upstream has something else now than what is stored. */
    private static final class OtherRepresentation extends IOException {
        private static final long serialVersionUID = 1L;

        OtherRepresentation() {
            super("the response changed while it was put together");
        }
    }
}
