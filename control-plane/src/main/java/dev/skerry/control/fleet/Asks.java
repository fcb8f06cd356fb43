package dev.skerry.control.fleet;

import dev.skerry.config.protocol.StreamEvent;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Questions that wait for their answers. Thread-safe. */
final class Asks {
    /** The most that wait at one time: nodes answer at their own pace. */
    static final int MOST = 1000;

    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final Supplier<String> ids;
    private final long timeoutMillis;

    /**
     * No questions.
     *
     * @param ids what nobody can guess, so that no node answers for another
     */
    Asks(Supplier<String> ids, long timeoutMillis) {
        this.ids = ids;
        this.timeoutMillis = timeoutMillis;
    }

    private record Open(String node, CompletableFuture<String> answer) {}

    CompletionStage<String> ask(NodeSession session, String node, String question) {
        if (open.size() >= MOST) {
            return CompletableFuture.failedStage(
                    new IOException(MOST + " questions wait for their answers already"));
        }
        String id = ids.get();
        CompletableFuture<String> answer = new CompletableFuture<>();
        open.put(id, new Open(node, answer));
        CompletionStage<String> closed =
                answer.orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
                        .whenComplete((text, failure) -> open.remove(id));
        if (!session.ask(new StreamEvent.Ask(id, node, question))) {
            answer.completeExceptionally(notConnected(node));
        }
        return closed;
    }

    /** Whether somebody waited for it. */
    boolean answer(String node, String id, String json) {
        Open asked = open.get(id);
        return asked != null && asked.node.equals(node) && asked.answer.complete(json);
    }

    /** The node's stream has ended. */
    void lost(String node) {
        for (Open asked : open.values()) {
            if (asked.node.equals(node)) {
                asked.answer.completeExceptionally(notConnected(node));
            }
        }
    }

    static IOException notConnected(String node) {
        return new IOException("node '" + node + "' is not connected");
    }
}
