package dev.skerry.control.fleet;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.StreamEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class AsksTest {
    @Test
    void anAnswerThatDoesNotComeInTimeIsAFailureAndTooLateAfterwards() {
        Asks asks = new Asks(() -> "id", 10);
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
        CompletableFuture<String> asked =
                asks.ask(new NodeSession("s", hello, mute, null), "a", "{}").toCompletableFuture();
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> asked.get(30, TimeUnit.SECONDS));
        assertInstanceOf(TimeoutException.class, failure.getCause());
        assertFalse(asks.answer("a", "id", "{}"));
    }
}
