package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.Answer;
import dev.skerry.cache.engine.AnswerListener;
import dev.skerry.cache.engine.CacheEngine;
import dev.skerry.cache.engine.CacheOutcome;
import dev.skerry.cache.engine.CacheRequest;
import dev.skerry.cache.engine.CodedResponses;
import dev.skerry.cache.engine.Requester;
import dev.skerry.cache.engine.Upstream;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Tier;
import dev.skerry.net.server.Exchange;
import dev.skerry.proxy.hop.HopRequest;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the pipeline: what is known of it when it ends. Written by the
 * thread that answers, read by the one that ends the exchange, which comes after.
 */
public final class Passage implements Exchange.EndListener, AnswerListener, Requester {
    /** So many responses may prove unreadable before a request is refused. */
    private static final int MOST_UNREADABLE = 3;

    private final Exchange exchange;
    private final RequestHead head;
    private final Delivery delivery;
    private final RequestObserver observer;
    private final Thread ioThread;
    private final @Nullable HopRequest hop;
    private final @Nullable CodedResponses coded;
    private @Nullable RuleRoute rule;
    private @Nullable CacheRequest asked;
    private @Nullable CacheEngine engine;
    private int unreadable;
    private boolean debugged;
    private @Nullable String told;
    private boolean varies;
    private boolean addsVary;
    private CacheOutcome outcome = CacheOutcome.LOCAL;
    private @Nullable String reason;
    private Answer.@Nullable Fetch fetch;
    private @Nullable Tier tier;
    private long answeredNanos = -1;

    Passage(
            Exchange exchange,
            RequestHead head,
            @Nullable HopRequest hop,
            @Nullable CodedResponses coded,
            Delivery delivery,
            RequestObserver observer) {
        this.coded = coded;
        this.delivery = delivery;
        this.exchange = exchange;
        this.head = head;
        this.hop = hop;
        this.observer = observer;
        this.ioThread = Thread.currentThread();
    }

    @Override
    public void ended(int status, long bodyBytes, boolean whole) {
        observer.ended(this, status, bodyBytes, whole);
    }

    @Override
    public void answered(Answer answer) {
        outcome = answer.outcome();
        reason = answer.reason() == null ? null : answer.reason().word();
        tier = answer instanceof Answer.Stored stored ? stored.tier() : null;
        fetch =
                switch (answer) {
                    case Answer.Stored stored -> stored.fetch();
                    case Answer.Streaming streaming -> streaming.fetch();
                    case Answer.Coded made -> null;
                    case Answer.Failed failed -> null;
                    case Answer.NotCached none -> null;
                };
        CodedResponses codings = coded;
        CacheRequest request = asked;
        if (codings == null || request == null || !codings.varies(request, answer)) {
            deliver(answer);
            return;
        }
        varies = true;
        addsVary = !codings.saysVary(answer);
        Answer selected = codings.select(request, answer);
        if (selected == null) {
            codings.encode(request, answer, this::deliver);
        } else {
            deliver(selected);
        }
    }

    /**
     * A stored response proved unreadable before anything of it was sent: the request is answered
     * without it. A reference of the response is given back here.
     */
    void unreadable(StoredResponse response) {
        CacheRequest request = asked;
        CacheEngine by = engine;
        try {
            if (request == null || by == null || ++unreadable > MOST_UNREADABLE) {
                delivery.local(this, LocalAnswer.UNREADABLE);
                return;
            }
            by.answerWithout(request, response, this);
        } finally {
            response.release();
        }
    }

    private void deliver(Answer answer) {
        observer.answers(this);
        try {
            delivery.deliver(this, answer);
        } catch (IllegalStateException answered) {
            throw answered; // the server has answered already: a request body that broke off
        } catch (RuntimeException fault) {
            if (!onIoThread()) {
                exchange.abort(); // nobody else would end it
            }
            throw fault;
        }
    }

    @Override
    public Upstream.Client client() {
        String version =
                switch (exchange.protocolVersion()) {
                    case "HTTP/1.0" -> "1.0";
                    case "HTTP/2", "HTTP/2.0" -> "2.0";
                    default -> "1.1";
                };
        return new Upstream.Client(exchange.remoteAddress().getAddress(), hop != null, version);
    }

    @Override
    public boolean hasBody() {
        return exchange.hasRequestBody();
    }

    @Override
    public long bodyLength() {
        return exchange.requestBodyLength();
    }

    @Override
    public @Nullable InputStream openBody() {
        return exchange.hasRequestBody() ? exchange.requestBody() : null;
    }

    @Override
    public void interim(ResponseHead interim) {
        exchange.sendInterim(interim);
    }

    /** The exchange. */
    public Exchange exchange() {
        return exchange;
    }

    /** The request's head: of an authenticated node, with the scheme that its client used. */
    public RequestHead head() {
        return head;
    }

    /** The rule that decided, null when no site answers to the host. */
    public @Nullable RuleRoute rule() {
        return rule;
    }

    /** How the request was answered. */
    public CacheOutcome outcome() {
        return outcome;
    }

    /** Why the store alone did not answer, null for a hit. */
    public @Nullable String reason() {
        return reason;
    }

    /** Where the stored response lay that answered, null when none did. */
    public @Nullable Tier tier() {
        return tier;
    }

    /** What upstream had to do with it, null when it was not asked. */
    public Answer.@Nullable Fetch fetch() {
        return fetch;
    }

    /**
     * From the request's head received to the response's head handed to the connection; -1 when
     * nobody measured it.
     */
    public long answeredNanos() {
        return answeredNanos;
    }

    /** See {@link #answeredNanos()}. */
    public void answeredAfter(long nanos) {
        answeredNanos = nanos;
    }

    /** What the node that sent this request said about itself; null when it is a client. */
    @Nullable HopRequest hop() {
        return hop;
    }

    /** Whether the caller is on the connection's I/O thread. */
    boolean onIoThread() {
        return Thread.currentThread() == ioThread;
    }

    /** Whether the request may be told more than others. */
    boolean isDebugged() {
        return debugged;
    }

    void debugged() {
        debugged = true;
    }

    /** What this request's Cache-Status says beside what all say, with its semicolon; or null. */
    @Nullable String told() {
        return told;
    }

    void tells(String parameter) {
        told = parameter;
    }

    /** Whether the answer depends on Accept-Encoding. */
    boolean varies() {
        return varies;
    }

    /** Whether the stored response does not say so. */
    boolean addsVary() {
        return addsVary;
    }

    /** The request that the answer will be to, and whom it is asked of. */
    void asks(CacheEngine by, CacheRequest request) {
        this.engine = by;
        this.asked = request;
    }

    void routed(@Nullable RuleRoute to) {
        this.rule = to;
    }

    void answered(LocalAnswer answer) {
        observer.answers(this);
        reason = answer.reason();
    }
}
