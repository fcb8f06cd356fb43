package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.Answer;
import dev.skerry.cache.engine.CacheOutcome;
import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.CodedHead;
import dev.skerry.cache.policy.Conditionals;
import dev.skerry.cache.policy.CurrentAge;
import dev.skerry.cache.policy.Forwarding;
import dev.skerry.cache.policy.RangeResponses;
import dev.skerry.cache.policy.RangeSelection;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.net.server.BodySource;
import dev.skerry.proxy.hop.HopAnswer;
import dev.skerry.proxy.hop.HopRequest;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Sends an answer in the form that the request asked for: whole, a range, or "not modified". */
final class Delivery {
    private static final String VARY_LINE = "\r\nVary: " + CodedHead.VARY + "\r\n";

    private final CacheStatus cacheStatus;
    private final @Nullable HopSigning signing;
    private final ThreadLocal<StringBuilder> lines =
            ThreadLocal.withInitial(() -> new StringBuilder(256));

    /** {@code signing} is null for a node that answers to clients only. */
    Delivery(CacheStatus cacheStatus, @Nullable HopSigning signing) {
        this.cacheStatus = cacheStatus;
        this.signing = signing;
    }

    void deliver(Passage passage, Answer answer) {
        switch (answer) {
            case Answer.Stored stored -> stored(passage, stored);
            case Answer.Streaming streaming -> streaming(passage, streaming);
            case Answer.Coded coded -> coded(passage, coded);
            case Answer.Failed failed ->
                    send(passage, LocalAnswer.of(failed), cacheStatus.of(failed));
            case Answer.NotCached none -> local(passage, LocalAnswer.ONLY_IF_CACHED);
        }
    }

    /** Sends an answer of this node's own. */
    void local(Passage passage, LocalAnswer answer) {
        passage.answered(answer);
        send(passage, answer, cacheStatus.of(answer));
    }

    private void send(Passage passage, LocalAnswer answer, String member) {
        FieldList.Builder fields =
                answer.head().fields().toBuilder().add(CacheStatus.FIELD, telling(passage, member));
        ResponseHead head = new ResponseHead(answer.status(), fields.build());
        HopRequest hop = passage.hop();
        if (signing != null) {
            head =
                    hop == null
                            ? Forwarding.withoutSurrogateControl(head)
                            : signing.signOwn(hop, head, answer.forNodes());
        }
        passage.exchange().send(head, BodySource.of(ByteBuffer.wrap(answer.body())));
    }

    // ---- from the store ----

    private void stored(Passage passage, Answer.Stored answer) {
        StoredResponse response = answer.response();
        Fields request = passage.head().fields();
        boolean plain =
                passage.told() == null
                        && !request.contains("Range")
                        && !Conditionals.isConditional(request);
        ByteBuffer body = plain && signing == null ? response.contiguousBody() : null;
        if (body != null) {
            if (passage.onIoThread()) {
                whole(passage, answer, body);
            } else {
                passage.exchange().execute(() -> whole(passage, answer, body));
            }
            return;
        }
        try {
            storedGeneral(passage, answer);
        } finally {
            response.release();
        }
    }

    /** As it is stored: nothing is decoded. On the I/O thread. */
    private void whole(Passage passage, Answer.Stored answer, ByteBuffer body) {
        StoredResponse response = answer.response();
        passage.exchange()
                .sendStored(
                        response.status(),
                        response.fieldLines(),
                        ownLines(passage, answer),
                        body,
                        response::release);
    }

    private CharSequence ownLines(Passage passage, Answer.Stored answer) {
        StringBuilder text = lines.get();
        text.setLength(0);
        text.append("Age: ")
                .append(CurrentAge.seconds(answer.ageMillis()))
                .append("\r\nCache-Status: ");
        cacheStatus.append(text, answer);
        return text.append(passage.addsVary() ? VARY_LINE : "\r\n");
    }

    private void storedGeneral(Passage passage, Answer.Stored answer) {
        StoredResponse response = answer.response();
        ResponseHead stored = response.head().head();
        if (Conditionals.isConditional(passage.head().fields())
                && Conditionals.evaluate(passage.head(), stored.status(), stored.fields())
                        == Conditionals.Outcome.NOT_MODIFIED) {
            ResponseHead head = Conditionals.notModified(stored, passage.hop() != null);
            passage.exchange().send(own(passage, head, answer), null);
            return;
        }
        long length = response.bodyLength();
        switch (RangeSelection.select(passage.head(), stored, length)) {
            case RangeSelection.Whole whole -> {
                ResponseHead head = own(passage, stored, answer);
                if (passage.head().method().equals("HEAD")) {
                    passage.exchange().send(head, new UnsentBody(length));
                } else {
                    begin(
                            passage,
                            response,
                            head,
                            new ReaderSource(response.reader(0, length), length),
                            List.of());
                }
            }
            case RangeSelection.One one ->
                    begin(
                            passage,
                            response,
                            own(passage, RangeResponses.partial(stored, one, length), answer),
                            new ReaderSource(
                                    response.reader(one.from(), one.to()), one.to() - one.from()),
                            List.of());
            case RangeSelection.Several several -> {
                RangeResponses.Multipart parts =
                        RangeResponses.multipart(stored, several, length, boundary());
                // The caller still holds its reference, so this one more cannot be refused.
                BodySource source =
                        response.retain()
                                ? new MultipartSource(response, parts)
                                : BodySource.of(ByteBuffer.allocate(0));
                ResponseHead head = own(passage, parts.head(), answer);
                begin(passage, response, head, source, parts.parts());
            }
            case RangeSelection.Unsatisfiable none ->
                    passage.exchange()
                            .send(
                                    own(
                                            passage,
                                            RangeResponses.unsatisfiable(stored, length),
                                            answer),
                                    null);
        }
    }

    /** What lies in memory cannot fail; of what does not, the first bytes are awaited. */
    private static void begin(
            Passage passage,
            StoredResponse response,
            ResponseHead head,
            BodySource source,
            List<RangeSelection.One> parts) {
        // The caller still holds its reference, so this one more cannot be refused.
        if (response.tier() == Tier.MEMORY || !response.retain()) {
            passage.exchange().send(head, source);
        } else {
            new Beginning(passage, response, head, source, parts).run();
        }
    }

    private ResponseHead own(Passage passage, ResponseHead head, Answer.Stored answer) {
        StringBuilder member = new StringBuilder(96);
        cacheStatus.append(member, answer);
        FieldList fields =
                varying(passage, head).fields().toBuilder()
                        .add("Age", Long.toString(CurrentAge.seconds(answer.ageMillis())))
                        .add(CacheStatus.FIELD, telling(passage, member.toString()))
                        .build();
        StoredResponse response = answer.response();
        boolean stale =
                answer.outcome() == CacheOutcome.STALE
                        || answer.outcome() == CacheOutcome.STALE_IF_ERROR;
        return signed(
                passage,
                new ResponseHead(head.status(), fields),
                passage.hop() == null
                        ? HopAnswer.NOT_STORED
                        : new HopAnswer(
                                response.bornAt(), stale, answer.ageMillis(), response.tags()));
    }

    // ---- from upstream ----

    private void streaming(Passage passage, Answer.Streaming answer) {
        ResponseHead head = answer.head();
        BodyReader reader = answer.reader();
        boolean forCache = answer.outcome() != CacheOutcome.PASS;
        if (forCache
                && Conditionals.isConditional(passage.head().fields())
                && Conditionals.evaluate(passage.head(), head.status(), head.fields())
                        == Conditionals.Outcome.NOT_MODIFIED) {
            close(reader);
            ResponseHead none = Conditionals.notModified(head, passage.hop() != null);
            passage.exchange().send(own(passage, none, answer), null);
            return;
        }
        if (reader == null) {
            passage.exchange().send(own(passage, head, answer), null);
            return;
        }
        GrowingBody body = answer.body();
        ContentRange place = answer.part();
        if (place != null && body != null) {
            PartForm form = PartForm.of(passage.head(), answer, place, body, reader);
            passage.exchange().send(own(passage, form.head(), answer), form.source());
            return;
        }
        // A node that completes what it has could make nothing of a part of what is not stored
        // here either, and its next request would cost the origin another one.
        boolean uncut = passage.hop() != null && answer.notStored() != null;
        if (forCache && !uncut && answer.announcedLength() >= 0 && body != null) {
            RangeSelection.Selection selection =
                    RangeSelection.select(passage.head(), head, answer.announcedLength());
            if (selection instanceof RangeSelection.One one) {
                BodyReader part = body.reader(one.from(), one.to());
                if (part != null) {
                    reader.close();
                    passage.exchange()
                            .send(
                                    own(
                                            passage,
                                            RangeResponses.partial(
                                                    head, one, answer.announcedLength()),
                                            answer),
                                    new ReaderSource(part, one.to() - one.from()));
                    return;
                }
            }
            if (selection instanceof RangeSelection.Unsatisfiable) {
                reader.close();
                ResponseHead none = RangeResponses.unsatisfiable(head, answer.announcedLength());
                passage.exchange().send(own(passage, none, answer), null);
                return;
            }
        }
        passage.exchange()
                .send(
                        own(passage, head, answer),
                        new ReaderSource(reader, answer.announcedLength()));
    }

    private ResponseHead own(Passage passage, ResponseHead head, Answer.Streaming answer) {
        FieldList.Builder fields =
                varying(passage, head).fields().toBuilder()
                        .add(CacheStatus.FIELD, telling(passage, cacheStatus.of(answer)));
        long age = CurrentAge.seconds(answer.ageMillis());
        // What has been coming for a while is older for those who join late.
        if (answer.outcome().isHit() || (answer.outcome() == CacheOutcome.COLLAPSED && age > 0)) {
            fields.set("Age", Long.toString(age));
        }
        return signed(
                passage,
                new ResponseHead(head.status(), fields.build()),
                new HopAnswer(answer.bornAt(), answer.stale(), answer.ageMillis(), answer.tags()));
    }

    // ---- coded here ----

    /** While it is being coded, its length is not known: a range is ignored (RFC 9110 §14.2). */
    private void coded(Passage passage, Answer.Coded answer) {
        ResponseHead head =
                switch (answer.uncoded()) {
                    case Answer.Stored stored -> {
                        try {
                            yield own(passage, answer.head(), stored);
                        } finally {
                            stored.response().release();
                        }
                    }
                    case Answer.Streaming streaming -> {
                        close(streaming.reader());
                        yield own(passage, answer.head(), streaming);
                    }
                };
        BodyReader reader = answer.reader();
        passage.exchange()
                .send(head, reader == null ? null : new ReaderSource(reader, answer.length()));
    }

    private static String telling(Passage passage, String member) {
        String told = passage.told();
        return told == null ? member : member + told;
    }

    private static ResponseHead varying(Passage passage, ResponseHead head) {
        return passage.varies() ? CodedHead.varying(head, passage.head().fields()) : head;
    }

    private static void close(@Nullable BodyReader reader) {
        if (reader != null) {
            reader.close();
        }
    }

    private ResponseHead signed(Passage passage, ResponseHead head, HopAnswer answer) {
        if (signing == null) {
            return head;
        }
        HopRequest hop = passage.hop();
        return hop == null
                ? Forwarding.withoutSurrogateControl(head)
                : signing.sign(hop, head, answer);
    }

    private static String boundary() {
        byte[] random = new byte[16];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
