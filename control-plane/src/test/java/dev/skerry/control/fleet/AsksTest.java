package dev.skerry.control.fleet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.StreamEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AsksTest {
    @Test
    void anAnswerThatDoesNotComeInTimeIsAFailureAndTooLateAfterwards() {
        Asks asks = new Asks(() -> "id", 10);
        CompletableFuture<String> asked = asks.ask(mute(), "a", "{}").toCompletableFuture();
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> asked.get(30, TimeUnit.SECONDS));
        assertInstanceOf(TimeoutException.class, failure.getCause());
        assertFalse(asks.answer("a", "id", "{}"));
    }

    @Test
    void questionsBeyondTheBoundFailAtOnceUntilOneIsAnswered() {
        AtomicInteger ids = new AtomicInteger();
        Asks asks = new Asks(() -> "id-" + ids.incrementAndGet(), 60_000);
        NodeSession session = mute();
        for (int i = 0; i < Asks.MOST; i++) {
            assertFalse(asks.ask(session, "a", "{}").toCompletableFuture().isDone());
        }
        assertTrue(asks.ask(session, "a", "{}").toCompletableFuture().isCompletedExceptionally());
        assertTrue(asks.answer("a", "id-1", "{}"));
        assertFalse(asks.ask(session, "a", "{}").toCompletableFuture().isDone());
    }

    private static NodeSession mute() {
        NodeHello hello = new NodeHello("a", "edge", null, null, null, null);
        NodeLink mute =
                new NodeLink() {
                    @Override
                    public boolean ask(StreamEvent.Ask question) {
                        return true;
                    }

                    @Override
                    public void end() {}
                };
        return new NodeSession("s", hello, mute, null);
    }
}
