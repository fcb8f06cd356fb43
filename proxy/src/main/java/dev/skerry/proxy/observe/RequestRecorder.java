package dev.skerry.proxy.observe;

import dev.skerry.cache.engine.Answer;
import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.store.Tier;
import dev.skerry.net.metrics.Metrics;
import dev.skerry.proxy.log.AccessEntry;
import dev.skerry.proxy.log.AccessLog;
import dev.skerry.proxy.pipeline.Passage;
import dev.skerry.proxy.pipeline.RequestObserver;
import dev.skerry.proxy.pipeline.RuleRoute;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Counts every request, and logs it where a log is wanted. */
public final class RequestRecorder implements RequestObserver {
    private final RequestMeters meters;
    private final AccessLog log;
    private final LongSupplier nanoTime;
    private final TimeSource time;

    /** {@code nanoTime} is the clock of {@link dev.skerry.net.server.Exchange#receivedNanos}. */
    public RequestRecorder(Metrics metrics, AccessLog log, LongSupplier nanoTime, TimeSource time) {
        this.meters = new RequestMeters(metrics);
        this.log = log;
        this.nanoTime = nanoTime;
        this.time = time;
    }

    /** One look at a clock, where a log is wanted. */
    @Override
    public void answers(Passage passage) {
        if (log.isOn()) {
            passage.answeredAfter(
                    Math.max(0, nanoTime.getAsLong() - passage.exchange().receivedNanos()));
        }
    }

    @Override
    public void ended(Passage passage, int status, long bodyBytes, boolean whole) {
        long nanos = Math.max(0, nanoTime.getAsLong() - passage.exchange().receivedNanos());
        RuleRoute rule = passage.rule();
        meters.count(
                rule == null ? "none" : rule.site().name(),
                passage.outcome(),
                passage.reason(),
                passage.tier(),
                status,
                bodyBytes,
                whole,
                nanos);
        if (log.isOn()) {
            log.log(entry(passage, status, bodyBytes, nanos));
        }
    }

    private AccessEntry entry(Passage passage, int status, long bodyBytes, long nanos) {
        RequestHead head = passage.head();
        RuleRoute rule = passage.rule();
        Answer.Fetch fetch = passage.fetch();
        Tier tier = passage.tier();
        return new AccessEntry(
                time.wallMillis() - TimeUnit.NANOSECONDS.toMillis(nanos),
                passage.exchange().remoteAddress().getAddress().getHostAddress(),
                head.method(),
                head.scheme(),
                head.authority(),
                head.target(),
                passage.exchange().protocolVersion(),
                status,
                bodyBytes,
                nanos,
                passage.answeredNanos(),
                rule == null ? null : rule.site().name(),
                passage.outcome().word(),
                passage.reason(),
                tier == null ? null : tier.word(),
                fetch == null ? null : fetch.peer(),
                fetch == null ? -1 : TimeUnit.MILLISECONDS.toNanos(fetch.millis()),
                head.fields().first("Referer"),
                head.fields().first("User-Agent"));
    }
}
