package dev.skerry.control.purge;

import dev.skerry.config.protocol.PaceOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells nodes how fast to refresh what a soft purge makes stale, before it does. It is advice: who
 * does not hear of it refreshes as fast as clients ask.
 */
final class Pacing {
    private static final long PATIENCE_MILLIS = 500;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AskedNodes nodes;

    Pacing(AskedNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Sets a pace; the edges share it.
     *
     * @param perSecond refreshes, from 1
     * @return how many nodes have taken it
     */
    int set(String site, int perSecond) throws InterruptedException {
        List<CompletableFuture<String>> answers =
                nodes.ask((role, count) -> order(site, role, count, perSecond).json()).stream()
                        .map(node -> node.answer().toCompletableFuture())
                        .toList();
        try {
            CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                    .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The count says how many have answered.
        }
        return (int)
                answers.stream()
                        .filter(CompletableFuture::isDone)
                        .filter(answer -> !answer.isCompletedExceptionally())
                        .filter(answer -> PaceOrder.TAKEN.equals(answer.join()))
                        .count();
    }

    private static PaceOrder order(String site, String role, long alike, int perSecond) {
        return new PaceOrder(site, SECOND * (role.equals("edge") ? alike : 1) / perSecond);
    }
}
