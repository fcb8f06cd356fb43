package dev.skerry.shield.relay;

import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.proxy.feed.FeedTarget;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Remembers what a feed does to it. What it is given is durable at once. */
final class RecordingTarget implements FeedTarget {
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile LongSupplier leaseLeft = () -> 0;
    final List<String> leases = new CopyOnWriteArrayList<>();
    volatile @Nullable Position position;
    volatile @Nullable Position head;

    @Override
    public @Nullable Position position() {
        return position;
    }

    @Override
    public CompletionStage<Position> snapshot(Snapshot whole, List<StreamEvent.SentPurge> purges) {
        calls.add("snapshot " + whole.at().counter());
        return durable(whole.at());
    }

    @Override
    public CompletionStage<Position> changes(StreamEvent.Changes batch) {
        calls.add(
                "changes "
                        + batch.changes().getFirst().change().counter()
                        + "-"
                        + batch.after().counter());
        return durable(batch.after());
    }

    private CompletionStage<Position> durable(Position at) {
        position = at;
        return CompletableFuture.completedFuture(at);
    }

    @Override
    public void head(Position to) {
        head = to;
    }

    @Override
    public void leaves() {}

    @Override
    public LongSupplier lease() {
        return leaseLeft;
    }

    @Override
    public void vouched(Position to, long agoMillis, long leaseMillis) {
        leases.add(to.counter() + " " + agoMillis + " " + leaseMillis);
    }

    @Override
    public NodeReport.State state() {
        return NodeReport.State.READY;
    }

    @Override
    public List<NodeReport.SiteProblem> problems() {
        return List.of();
    }

    @Override
    public String answer(String question) {
        return "{\"asked\":" + question + "}";
    }
}
