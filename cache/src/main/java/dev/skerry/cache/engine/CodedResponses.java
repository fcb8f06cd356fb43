package dev.skerry.cache.engine;

import dev.skerry.cache.coding.Encoder;
import dev.skerry.cache.coding.Encoders;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.policy.AcceptEncoding;
import dev.skerry.cache.policy.Codable;
import dev.skerry.cache.policy.CodedHead;
import dev.skerry.cache.policy.CodedTag;
import dev.skerry.cache.policy.Compression;
import dev.skerry.cache.policy.ContentCoding;
import dev.skerry.cache.policy.KnownRepresentation;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives answers in the content coding that a request prefers, coded here once for all requests.
 *
 * <p>The response as the origin sent it is the truth: the engine decides with it alone. A coded
 * body is only attached to it: it lies in the same store under a key of its own ({@link CodedKeys})
 * and names the body that it was made of. Whatever replaces the response brings another body, to
 * which a coded body of old does not belong: it is not served, and the next encoding takes its
 * place. When the head alone was replaced (freshening), the coded response gets a new head at its
 * next use.
 */
public final class CodedResponses {
    private static final Logger log = LoggerFactory.getLogger(CodedResponses.class);

    private final CodedStore store;
    private final TimeSource time;
    private final Executor executor;
    private final Encoders encoders;
    private final Semaphore runs;
    private final Semaphore crunching;
    private final CodedCounters counters = new CodedCounters();
    private final Map<CacheKey, EncodeRun> underWay = new ConcurrentHashMap<>();

    /**
     * Limits of encoding.
     *
     * @param runs encodings under way at a time; beyond them, answers are sent as they are
     * @param crunching how many of them may use a processor at a time
     */
    public record Limits(int runs, int crunching) {
        /** What a node runs with on so many processors. */
        public static Limits of(int processors) {
            return new Limits(32, Math.max(1, processors / 2));
        }
    }

    /** Takes an answer; see {@link AnswerListener}. */
    @FunctionalInterface
    public interface Receiver {
        /** Called once, on a thread of the encoding or on the calling one. */
        void take(Answer answer);
    }

    /**
     * Coded responses in the store of an engine.
     *
     * @param executor runs encodings, which block: virtual threads
     */
    public CodedResponses(
            ResponseStore store,
            TimeSource time,
            Executor executor,
            Encoders encoders,
            Limits limits) {
        this.store = new CodedStore(store);
        this.time = time;
        this.executor = executor;
        this.encoders = encoders;
        this.runs = new Semaphore(limits.runs());
        this.crunching = new Semaphore(limits.crunching(), true);
    }

    /** What is counted. */
    public CodedCounters counters() {
        return counters;
    }

    /** Encodings under way now. */
    public int underWay() {
        return underWay.size();
    }

    /**
     * Whether an answer depends on the request's Accept-Encoding, so that its Vary has to say so
     * (RFC 9110 §12.5.5) and {@link #select} has to be asked.
     */
    public boolean varies(CacheRequest request, Answer answer) {
        Compression compression = request.route().compression();
        if (compression == null) {
            return false;
        }
        return switch (answer) {
            case Answer.Stored stored ->
                    StampFlags.has(stored.response().flags(), StampFlags.CODABLE)
                            && compression.takes(stored.response().bodyLength());
            case Answer.Streaming streaming ->
                    streaming.head().status() == 304
                            ? CodedTag.hasCoded(request.head().fields(), "If-None-Match")
                            : (streaming.part() != null
                                            || compression.takes(contentLength(request, streaming)))
                                    && Codable.isCodable(streaming.head(), compression);
            case Answer.Coded coded -> false;
            case Answer.Failed failed -> false;
            case Answer.NotCached none -> false;
        };
    }

    /** Whether an answer that {@link #varies} says so itself, as far as is known at no cost. */
    public boolean saysVary(Answer answer) {
        return answer instanceof Answer.Stored stored
                && StampFlags.has(stored.response().flags(), StampFlags.VARIES_BY_CODING);
    }

    /**
     * The answer to send in place of one that {@link #varies}: in the coding that the request
     * prefers, or as it is. Null when it has to be coded first: {@link #encode} does.
     */
    public @Nullable Answer select(CacheRequest request, Answer answer) {
        if (answer instanceof Answer.Streaming streaming && streaming.head().status() == 304) {
            return answer; // Its head says what is confirmed: CodedHead.varying.
        }
        Compression compression = request.route().compression();
        ContentCoding coding = compression == null ? null : choose(request, compression);
        if (coding == null) {
            return answer;
        }
        return switch (answer) {
            case Answer.Stored stored -> select(request, stored, coding);
            case Answer.Streaming streaming -> select(request, streaming, coding);
            default -> answer;
        };
    }

    /**
     * Gives an answer to the receiver in the coding that the request prefers, as soon as its first
     * bytes are there; or as it is, if it turns out not to be worth it, cannot be coded, or too
     * many encodings are under way.
     */
    public void encode(CacheRequest request, Answer answer, Receiver receiver) {
        Compression compression = request.route().compression();
        ContentCoding coding = compression == null ? null : choose(request, compression);
        Encoder encoder = coding == null ? null : encoders.get(coding);
        if (compression == null
                || encoder == null
                || !(answer instanceof Answer.Uncoded uncoded)
                || !joinOrBegin(request, uncoded, encoder, compression, receiver)) {
            receiver.take(answer);
        }
    }

    /** To HEAD, the length of what a GET would get is in the fields: nothing comes to be framed. */
    private static long contentLength(CacheRequest request, Answer.Streaming answer) {
        return request.head().method().equals("HEAD")
                ? FieldValues.contentLength(answer.head().fields())
                : answer.announcedLength();
    }

    private @Nullable ContentCoding choose(CacheRequest request, Compression compression) {
        Fields fields = request.head().fields();
        ContentCoding coding =
                AcceptEncoding.choose(
                        fields.combined("Accept-Encoding"),
                        compression.codings(),
                        encoders.available());
        return coding == null || Codable.isForbidden(fields) ? null : coding;
    }

    private @Nullable Answer select(
            CacheRequest request, Answer.Stored answer, ContentCoding coding) {
        StoredResponse response = answer.response();
        RequestHead head = request.head();
        if (!response.isWhole()
                || (KnownRepresentation.isNamed(head.fields())
                        && KnownRepresentation.is(head, response.head().head()))) {
            return answer;
        }
        CacheKey key = CodedKeys.of(request.key(), response, coding);
        StoredResponse coded = store.find(key, response.bodyId());
        if (coded != null) {
            if (coded.bodyLength() == 0) {
                coded.release(); // It was tried, and not worth it.
                return answer;
            }
            StoredResponse current = store.withCurrentHead(key, coded, response, coding);
            if (current == null) {
                return answer;
            }
            response.release();
            return new Answer.Stored(
                    current,
                    answer.outcome(),
                    answer.reason(),
                    answer.ageMillis(),
                    answer.fetch(),
                    current.tier());
        }
        return head.method().equals("HEAD")
                ? new Answer.Coded(answer, CodedHead.of(response.head().head(), coding), null, -1)
                : null;
    }

    private static @Nullable Answer select(
            CacheRequest request, Answer.Streaming answer, ContentCoding coding) {
        RequestHead head = request.head();
        if (answer.part() != null
                || (answer.outcome() != CacheOutcome.PASS
                        && KnownRepresentation.isNamed(head.fields())
                        && KnownRepresentation.is(head, answer.head()))) {
            return answer;
        }
        return answer.body() == null
                ? new Answer.Coded(answer, CodedHead.of(answer.head(), coding), null, -1)
                : null;
    }

    private boolean joinOrBegin(
            CacheRequest request,
            Answer.Uncoded answer,
            Encoder encoder,
            Compression compression,
            Receiver receiver) {
        CacheKey coded = EncodeTask.storeKey(request, answer, encoder.coding());
        CacheKey key = CodedKeys.ofBody(coded, EncodeTask.bodyId(answer));
        EncodeLine.Waiter waiter = new EncodeLine.Waiter(answer, receiver);
        EncodeRun running = underWay.get(key);
        if (running != null) {
            return running.join(waiter);
        }
        EncodeRun run = begin(coded, key, answer, encoder, compression);
        if (run == null) {
            return false;
        }
        EncodeRun other = underWay.putIfAbsent(key, run);
        if (other != null) {
            run.drop();
            runs.release();
            return other.join(waiter);
        }
        counters.of(encoder.coding()).encodings.increment();
        run.join(waiter);
        try {
            executor.execute(run);
        } catch (RuntimeException refused) {
            log.error("an encoding could not begin", refused);
            run.giveUp(); // others may wait for it already
        }
        return true;
    }

    private @Nullable EncodeRun begin(
            CacheKey coded,
            CacheKey key,
            Answer.Uncoded answer,
            Encoder encoder,
            Compression compression) {
        if (!runs.tryAcquire()) {
            counters.refused.increment();
            return null;
        }
        EncodeTask task = null;
        try {
            task = EncodeTask.of(coded, key, answer, encoder, compression);
        } finally {
            if (task == null) {
                runs.release();
            }
        }
        return task == null ? null : new EncodeRun(this, task);
    }

    // ---- what a run asks of, and reports to, this class ----

    CodedStore store() {
        return store;
    }

    TimeSource time() {
        return time;
    }

    /** Held for each slice of work, so that fetches get their share of the processors. */
    Semaphore crunching() {
        return crunching;
    }

    CodedCounters.OfCoding count(EncodeTask task) {
        return counters.of(task.encoder().coding());
    }

    void ended(EncodeRun run, EncodeTask task) {
        underWay.remove(task.key(), run);
        runs.release();
    }
}
