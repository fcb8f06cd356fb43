package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.StreamEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the control plane's questions, a few at a time, each on a thread of its own. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final int AT_ONCE = 16;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final ControlLink link;
    private final String node;
    private final FeedTarget target;
    private final Semaphore places = new Semaphore(AT_ONCE);

    Answers(ControlLink link, String node, FeedTarget target) {
        this.link = link;
        this.node = node;
        this.target = target;
    }

    /** Answers, or leaves it: whoever asked waits a few seconds and goes on without. */
    void answer(StreamEvent.Ask ask) {
        if (!ID.matcher(ask.id()).matches() || !places.tryAcquire()) {
            LOG.warn("leaves a question unanswered: {} are being answered", AT_ONCE);
            return;
        }
        Thread.ofVirtual().name("control answer").start(() -> answerNow(ask));
    }

    private void answerNow(StreamEvent.Ask ask) {
        try {
            byte[] json = target.answer(ask.question()).getBytes(StandardCharsets.UTF_8);
            link.post("/v1/nodes/" + node + "/answers/" + ask.id(), json);
        } catch (IOException e) {
            LOG.debug("an answer did not arrive", e);
        } catch (RuntimeException e) {
            LOG.error("a question could not be answered", e);
        } finally {
            places.release();
        }
    }
}
