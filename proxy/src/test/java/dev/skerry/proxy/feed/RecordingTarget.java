package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Remembers what a feed does to it. What it is given is durable at once, unless it is told. */
final class RecordingTarget implements FeedTarget {
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile LongSupplier leaseLeft = () -> 0;
    final List<String> leases = new CopyOnWriteArrayList<>();
    volatile @Nullable Position position;
    volatile @Nullable Position head;
    volatile NodeReport.State state = NodeReport.State.READY;

    /** What the next applies wait for; null for nothing. */
    volatile @Nullable CompletableFuture<Void> disk;

    /** Whether it cannot remember that it has left. */
    volatile boolean cannotKeep;

    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

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
        CompletableFuture<Void> waits = disk;
        if (waits == null) {
            position = at;
            return CompletableFuture.completedFuture(at);
        }
        // In order, as on a disk.
        CompletableFuture<Position> kept =
                last.thenCombine(
                        waits,
                        (before, now) -> {
                            position = at;
                            return at;
                        });
        last = kept;
        return kept;
    }

    @Override
    public void head(Position to) {
        head = to;
    }

    @Override
    public void leaves() throws IOException {
        if (cannotKeep) {
            throw new IOException("no room");
        }
    }

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
        return state;
    }

    @Override
    public List<NodeReport.SiteProblem> problems() {
        return List.of(new NodeReport.SiteProblem("shop", 2, "no origin"));
    }

    @Override
    public String answer(String question) {
        return "{\"asked\":" + question + "}";
    }
}
